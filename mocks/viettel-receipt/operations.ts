import { type BookedReceipt, receiptPdf } from '../kit/receipt-book.ts';
import type { ViettelState } from './state.ts';
import { type Code, STATUS, texts } from './texts.ts';

/** What was said, JSON or the fields of a form. */
export type Said = Readonly<Record<string, unknown>>;
/** What is answered: a code and words, or what stands beside their absence. */
export type Answered = { readonly code: string; readonly words: string } | { readonly done: Said };
type Operation = (state: ViettelState, said: Said) => Answered;

/** By the last part of their address; createInvoice has the tax code after it. */
export const operations: Readonly<Record<string, Operation>> = {
  createInvoice: create,
  searchInvoiceByTransactionUuid: search,
  getInvoiceRepresentationFile: download,
  cancelTransactionInvoice: cancel,
};
/** Those that change something. */
export const changing: ReadonlySet<string> = new Set(['createInvoice', 'cancelTransactionInvoice']);

function refused({ counters }: ViettelState, code: Code): Answered {
  counters.refusals += 1;
  return { code, words: texts[code] };
}

const part = (said: Said, name: string): Said => (said[name] ?? {}) as Said;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const fits = (value: unknown, longest: number): boolean => textOf(value).length <= longest;

/** The lengths that are published, a key of 10 to 36, whole sums that add up. */
function isSound(said: Said): boolean {
  const info = part(said, 'generalInvoiceInfo');
  const buyer = part(said, 'buyerInfo');
  const items = Array.isArray(said.itemInfo) ? (said.itemInfo as Said[]) : [];
  const total = Number(part(said, 'summarizeInfo').totalAmountWithTax);
  const sum = items.reduce((all, { itemTotalAmountWithoutTax: amount }) => all + Number(amount), 0);
  return (
    /^.{10,36}$/.test(textOf(info.transactionUuid)) &&
    typeof info.invoiceIssuedDate === 'number' &&
    info.currencyCode === 'VND' &&
    items.length > 0 &&
    Number.isSafeInteger(total) &&
    total === sum &&
    fits(buyer.buyerName, 800) &&
    fits(buyer.buyerTaxCode, 20) &&
    fits(buyer.buyerPhoneNumber, 15) &&
    fits(buyer.buyerIdNo, 20) &&
    items.every(({ itemName, unitName }) => fits(itemName, 500) && fits(unitName, 300))
  );
}

function create(state: ViettelState, said: Said): Answered {
  const { book, settings, counters } = state;
  const info = part(said, 'generalInvoiceInfo');
  if (said.supplierTaxCode !== settings.taxCode) return refused(state, 'SUPPLIER_TAX_CODE_INVALID');
  if (!isSound(said)) return refused(state, 'BAD_REQUEST');
  if (info.templateCode !== settings.template) return refused(state, 'INVOICE_TEMPLATE_NOT_FOUND');
  if (info.invoiceSeries !== settings.series) return refused(state, 'INVOICE_SERIAL_NOT_FOUND');
  const key = textOf(info.transactionUuid);
  const earlier = book.get(key);
  if (earlier !== undefined) {
    earlier.duplicatesRefused += 1;
    return refused(state, 'TRANSACTION_UUID_INVALID');
  }
  const former = info.adjustmentType === '3' ? numbered(state, info.originalInvoiceId) : undefined;
  if (info.adjustmentType === '3' && former?.state !== 'issued') return refused(state, 'INVOICE_STATE_INVALID');
  const made = book.add({
    key,
    totalVnd: Number(part(said, 'summarizeInfo').totalAmountWithTax),
    payer: textOf(part(said, 'buyerInfo').buyerName),
    told: { dossierCode: textOf(part(said, 'buyerInfo').buyerCode), issuedAt: String(info.invoiceIssuedDate) },
    confirmed: false,
    insteadOf: former?.key,
  });
  if (former !== undefined) former.state = 'replaced';
  counters.issued += 1;
  const { supplierTaxCode, invoiceNo, reservationCode, codeOfTax } = shown(state, made);
  const transactionID = `T${made.number}`;
  return { done: { result: { supplierTaxCode, invoiceNo, transactionID, reservationCode, codeOfTax } } };
}

const numberOf = ({ settings }: ViettelState, { number }: BookedReceipt): string =>
  `${settings.series}${String(number).padStart(7, '0')}`;

function numbered(state: ViettelState, invoiceNo: unknown): BookedReceipt | undefined {
  return state.book.all().find((each) => numberOf(state, each) === invoiceNo);
}

const shown = (state: ViettelState, receipt: BookedReceipt) => ({
  supplierTaxCode: state.settings.taxCode,
  invoiceNo: numberOf(state, receipt),
  reservationCode: `TRACUU${receipt.number}`,
  codeOfTax: null,
  issueDate: Number(receipt.told.issuedAt ?? 0),
  status: STATUS[receipt.state],
});

function search(state: ViettelState, said: Said): Answered {
  if (said.supplierTaxCode !== state.settings.taxCode) return refused(state, 'SUPPLIER_TAX_CODE_INVALID');
  const receipt = state.book.get(textOf(said.transactionUuid));
  return receipt === undefined ? refused(state, 'NOT_FOUND_DATA') : { done: { result: [shown(state, receipt)] } };
}

function download(state: ViettelState, said: Said): Answered {
  const { taxCode, template } = state.settings;
  if (said.supplierTaxCode !== taxCode) return refused(state, 'SUPPLIER_TAX_CODE_INVALID');
  if (said.templateCode !== template) return refused(state, 'INVOICE_TEMPLATE_NOT_FOUND');
  const receipt = numbered(state, said.invoiceNo);
  if (receipt === undefined) return refused(state, 'NOT_FOUND_DATA');
  return { done: { fileName: `${numberOf(state, receipt)}.pdf`, fileToBytes: receiptPdf(receipt) } };
}

function cancel(state: ViettelState, said: Said): Answered {
  if (said.supplierTaxCode !== state.settings.taxCode) return refused(state, 'SUPPLIER_TAX_CODE_INVALID');
  const receipt = numbered(state, said.invoiceNo);
  if (receipt === undefined) return refused(state, 'NOT_FOUND_DATA');
  const dated = [said.strIssueDate, said.additionalReferenceDate].every((date) => /^\d{13}$/.test(textOf(date)));
  if (!dated || textOf(said.additionalReferenceDesc) === '') return refused(state, 'BAD_REQUEST');
  if (receipt.state !== 'issued') return refused(state, 'INVOICE_STATE_INVALID');
  receipt.state = 'cancelled';
  state.counters.cancelled += 1;
  return { done: { result: null } };
}
