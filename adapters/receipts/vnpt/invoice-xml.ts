import { amountInWords } from '../../../contracts/domain/amount-in-words.ts';
import type { ReceiptLine, ReceiptToIssue } from '../../../contracts/domain/receipt.ts';
import { VIETNAM_OFFSET_MS } from '../../../contracts/domain/time.ts';
import { cut, plain } from '../../kit/text.ts';
import { xmlText } from '../../kit/xml.ts';
import type { ReceiptsConfig } from '../config.ts';
import { ADJUST_TYPE, CUT_TO, LINE_KIND, LONGEST_TEXT, PAYMENT } from './wire.ts';

/** xmlInvData of ImportAndPublishInv. The element around `Inv` is assumed. */
export const newReceipt = (config: ReceiptsConfig, receipt: ReceiptToIssue): string =>
  `<Invoices><Inv>${leaf('key', receipt.key)}<Invoice>${fields(config, receipt)}</Invoice></Inv></Invoices>`;

/** xmlInvData of the adjustment: the same fields, and Type 4; `AdjustInv` is assumed, and that what it says is what is left. */
export const adjustedReceipt = (config: ReceiptsConfig, receipt: ReceiptToIssue): string =>
  `<AdjustInv>${leaf('key', receipt.key)}${leaf('Type', ADJUST_TYPE)}${fields(config, receipt)}</AdjustInv>`;

function fields(config: ReceiptsConfig, receipt: ReceiptToIssue): string {
  const { payer, totalVnd, method } = receipt;
  const said = {
    CusCode: receipt.dossierCode,
    ArisingDate: slashedDay(receipt.paidAt),
    CusName: payer.name,
    CusTaxCode: payer.taxCode,
    Total: totalVnd,
    Amount: totalVnd,
    AmountInWords: amountInWords(totalVnd),
    VATAmount: 0,
    VATRate: 0,
    ComTaxCode: config.taxCode,
    CusAddress: payer.address,
    Email: payer.email,
    PaymentMethod: PAYMENT[method],
    PaymentStatus: 1,
  };
  const products = receipt.lines.map((line) => `<Product>${leaves(product(receipt, line))}</Product>`);
  return `${leaves(said)}<Products>${products.join('')}</Products>`;
}

/** ProdUnit is published without a value [assumed]. */
const product = ({ procedureCode }: ReceiptToIssue, { code, name, kind, amountVnd }: ReceiptLine) => ({
  FEEID: code,
  Extra1: name,
  Extra2: LINE_KIND[kind],
  Code: procedureCode,
  ProdName: name,
  ProdUnit: 'Lần',
  ProdQuantity: 1,
  ProdPrice: amountVnd,
});

type Leaf = string | number | null;
const leaves = (said: Readonly<Record<string, Leaf>>): string =>
  Object.entries(said)
    .map(([name, value]) => leaf(name, value))
    .join('');
const leaf = (name: string, value: Leaf): string => `<${name}>${xmlText(shortened(String(value ?? '')))}</${name}>`;

/** As they take it: a text of more than 500 characters is cut to 450 and three dots. */
export function shortened(text: string): string {
  const whole = plain(text);
  return whole.length > LONGEST_TEXT ? `${cut(whole, CUT_TO)}...` : whole;
}

/** `dd/MM/yyyy` in Vietnam. */
function slashedDay(ms: number): string {
  const [year, month, day] = new Date(ms + VIETNAM_OFFSET_MS).toISOString().slice(0, 10).split('-');
  return `${day}/${month}/${year}`;
}
