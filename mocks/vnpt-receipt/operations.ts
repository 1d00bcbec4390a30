import { type BookedReceipt, receiptPdf } from '../kit/receipt-book.ts';
import { escaped } from '../kit/xml-text.ts';
import { leavesIn } from './soap.ts';
import type { VnptState } from './state.ts';
import { type Code, refusal } from './texts.ts';

type Parts = Readonly<Record<string, string>>;
type Operation = (state: VnptState, parts: Parts) => string;

/** By service and name. Only ImportAndPublishInv is published with its parameters; all the rest is assumed. */
export const operations: Readonly<Record<string, Operation>> = {
  'PublishService/ImportAndPublishInv': issue,
  'PortalService/listInvByCusFkey': find,
  'PortalService/downloadInvPDFFkeyNoPay': download,
  'BusinessService/UnConfirmPaymentFkey': unconfirm,
  'BusinessService/cancelInv': cancel,
  'BusinessService/AdjustInvoiceAction': adjust,
};
/** Those that change something. */
export const changing: ReadonlySet<string> = new Set(['ImportAndPublishInv', 'cancelInv', 'AdjustInvoiceAction']);

function refused({ counters }: VnptState, code: Code): string {
  counters.refusals += 1;
  return refusal(code);
}

/** Whether the service may speak, and the member of staff where one is needed; in whatever case they write the names. */
function isKnown({ settings }: VnptState, parts: Parts, staff: boolean): boolean {
  const user = parts.username ?? parts.userName;
  const pass = parts.password ?? parts.pass ?? parts.userPass;
  if (user !== settings.username || pass !== settings.servicePassword) return false;
  return !staff || (parts.Account === settings.account && parts.ACpass === settings.password);
}

/** What is told of a receipt; undefined where it is no sound data. */
function told(xml: string | undefined, around: string): Parts | undefined {
  if (xml === undefined || !xml.startsWith(`<${around}>`) || !xml.endsWith(`</${around}>`)) return undefined;
  const fields = leavesIn(xml);
  const sum = [...xml.matchAll(/<ProdPrice>(\d+)<\/ProdPrice>/g)].reduce(
    (total, [, price]) => total + Number(price),
    0,
  );
  const sound =
    fields.key !== '' &&
    /^\d+$/.test(fields.Total ?? '') &&
    fields.Total === fields.Amount &&
    Number(fields.Total) === sum &&
    /^\d{2}\/\d{2}\/\d{4}$/.test(fields.ArisingDate ?? '') &&
    Object.values(fields).every((text) => text.length <= 500);
  return sound ? fields : undefined;
}

function issue(state: VnptState, parts: Parts): string {
  const { book, settings, counters } = state;
  if (!isKnown(state, parts, true)) return refused(state, '1');
  const fields = told(parts.xmlInvData, 'Invoices');
  if (fields?.key === undefined || fields.PaymentStatus !== '1') return refused(state, '3');
  if (parts.pattern !== settings.pattern || parts.serial !== settings.serial) return refused(state, '20');
  const earlier = book.get(fields.key);
  if (earlier !== undefined) {
    earlier.duplicatesRefused += 1;
    return refused(state, '13');
  }
  const made = book.add(from(fields));
  counters.issued += 1;
  return `OK:${settings.pattern};${settings.serial}-${made.key}_${made.number}`;
}

const from = (fields: Parts, insteadOf?: string) => ({
  key: fields.key ?? '',
  totalVnd: Number(fields.Total),
  payer: fields.CusName ?? '',
  told: fields,
  confirmed: true,
  insteadOf,
});

const STATUS = { issued: '1', replaced: '4', cancelled: '5' } as const;

function find(state: VnptState, parts: Parts): string {
  if (!isKnown(state, parts, false)) return refused(state, '1');
  const receipt = state.book.get(parts.key ?? '');
  return `<Data>${receipt === undefined ? '' : item(state, receipt)}</Data>`;
}

function item({ settings }: VnptState, { number, state, payer, totalVnd, key, confirmed }: BookedReceipt): string {
  const fields = {
    index: 1,
    cusCode: key,
    pattern: settings.pattern,
    serial: settings.serial,
    invNum: String(number).padStart(7, '0'),
    amount: totalVnd,
    status: STATUS[state],
    cusname: payer,
    payment: confirmed ? 1 : 0,
  };
  const shown = Object.entries(fields).map(([name, value]) => `<${name}>${escaped(String(value))}</${name}>`);
  return `<Item>${shown.join('')}</Item>`;
}

function download(state: VnptState, parts: Parts): string {
  if (!isKnown(state, parts, false)) return refused(state, '1');
  const receipt = state.book.get(parts.fkey ?? '');
  return receipt === undefined ? refused(state, '6') : receiptPdf(receipt);
}

function unconfirm(state: VnptState, parts: Parts): string {
  if (!isKnown(state, parts, false)) return refused(state, '1');
  const receipt = state.book.get(parts.lstFkey ?? '');
  if (receipt === undefined) return refused(state, '6');
  if (!receipt.confirmed) return refused(state, '13');
  receipt.confirmed = false;
  return 'OK:';
}

function cancel(state: VnptState, parts: Parts): string {
  if (!isKnown(state, parts, true)) return refused(state, '1');
  const receipt = state.book.get(parts.fkey ?? '');
  if (receipt === undefined) return refused(state, '2');
  if (receipt.state !== 'issued') return refused(state, '8');
  if (receipt.confirmed) return refused(state, '9');
  receipt.state = 'cancelled';
  state.counters.cancelled += 1;
  return 'OK:';
}

function adjust(state: VnptState, parts: Parts): string {
  const { book, settings, counters } = state;
  if (!isKnown(state, parts, true)) return refused(state, '1');
  const former = book.get(parts.fkey ?? '');
  if (former === undefined) return refused(state, '2');
  const fields = told(parts.xmlInvData, 'AdjustInv');
  if (fields?.key === undefined || fields.Type !== '4') return refused(state, '3');
  if (parts.pattern !== settings.pattern || parts.serial !== settings.serial) return refused(state, '20');
  const earlier = book.get(fields.key);
  if (earlier !== undefined) {
    earlier.duplicatesRefused += 1;
    return refused(state, '13');
  }
  if (former.state !== 'issued') return refused(state, '8');
  const made = book.add(from(fields, former.key));
  former.state = 'replaced';
  counters.issued += 1;
  return `OK:${settings.pattern};${settings.serial};${made.number}`;
}
