import type { Adapter } from '../../adapters/adapter.ts';
import type { ConformanceOptions, Counterpart, Counts, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { receipts } from '../../adapters/receipts/index.ts';
import type { ReceiptToCancel, ReceiptToIssue, ReceiptToReplace } from '../../contracts/domain/receipt.ts';
import type { Fault } from '../../mocks/kit/faults.ts';
import { type RunningVnpt, startVnpt } from '../../mocks/vnpt-receipt/server.ts';
import { DEFAULT_SETTINGS } from '../../mocks/vnpt-receipt/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT } from '../kit/payment-order.ts';
import { issuedReceipt, receiptDocument, receiptOrder, remainingOrder } from '../kit/receipt-order.ts';
import { SimulatedCounterpart } from './rules.ts';

const { pattern, serial } = DEFAULT_SETTINGS;

/** Un-confirming leads to the cancelling and is no act of its own: faults strike the cancelling. */
const WAY = 'UnConfirmPaymentFkey';
const struck = [
  'ImportAndPublishInv',
  'listInvByCusFkey',
  'downloadInvPDFFkeyNoPay',
  'cancelInv',
  'AdjustInvoiceAction',
] as const;
const no = { code: '1', message: 'Tài khoản đăng nhập sai hoặc không có quyền' } as const;
/** Good XML, and not theirs. */
const foreign = '<?xml version="1.0"?><status xmlns="urn:x">OK</status>';

function ownFault(how: Misbehaviour): Fault | undefined {
  switch (how) {
    case 'refused-under-4xx':
      return { kind: 'business-status', status: 400, ...no };
    case 'refused-under-5xx':
      return { kind: 'business-status', status: 500, ...no };
    case 'off-schema':
      return { kind: 'malformed', body: foreign };
    default:
      return undefined;
  }
}

class VnptCounterpart extends SimulatedCounterpart<never, RunningVnpt> {
  constructor(provider: RunningVnpt) {
    super(provider, { 'success-with-failure': { kind: 'reject', code: 'OK', message: 'Phát hành không thành công' } });
  }

  override misbehave(how: Misbehaviour | undefined): void {
    super.misbehave(how);
    if (how === undefined) return;
    const { state } = this.running;
    const own = ownFault(how);
    const rules = own === undefined ? state.listFaults().map(({ rule }) => rule) : [own];
    state.clearFaults();
    for (const rule of rules) state.addFault({ ...rule, match: { service: struck } });
  }

  override effects(): number {
    const { issued, cancelled } = this.running.state.counters;
    return issued + cancelled;
  }

  override effectsOf(command: string, input: unknown): number {
    const { book } = this.running.state;
    if (command === 'cancel-receipt') return book.get((input as ReceiptToCancel).of.key)?.state === 'cancelled' ? 1 : 0;
    const { key } = command === 'replace-receipt' ? (input as ReceiptToReplace).by : (input as ReceiptToIssue);
    return book.get(key) === undefined ? 0 : 1;
  }

  override counts(): Counts {
    const counts = super.counts();
    return { ...counts, calls: counts.calls - (this.running.state.counters.calls[WAY] ?? 0) };
  }
}

function providerOf(counterpart: Counterpart): RunningVnpt {
  if (!(counterpart instanceof VnptCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  receipts.create(
    receipts.config.parse({
      URL: providerOf(counterpart).url,
      KIND: 'vnpt',
      USERNAME: DEFAULT_SETTINGS.username,
      PASSWORD: DEFAULT_SETTINGS.servicePassword,
      ACCOUNT: DEFAULT_SETTINGS.account,
      ACCOUNT_PASSWORD: DEFAULT_SETTINGS.password,
      PATTERN: pattern,
      SERIAL: serial,
    }),
  );

/** A receipt that stands there already. */
function hold(counterpart: Counterpart, key: string): void {
  const { book } = providerOf(counterpart).state;
  if (book.get(key) === undefined) book.add({ key, totalVnd: 50_000, payer: '', told: {}, confirmed: true });
}

const ASKED = 'BL-999999999999';
const keyOf = (series: number, n: number): string => `BL-${series}-${String(n).padStart(10, '0')}`;
const receiptOf = (key: string) => issuedReceipt(key, pattern, serial);
const byPaper = { ofPaidAt: ORDER_MADE_AT, reason: 'Hoàn trả lệ phí', document: receiptDocument };

/** What the conformance suite is told of the adapter of VNPT's receipts. */
export const vnptConformance: ConformanceOptions = {
  start: async () => new VnptCounterpart(await startVnpt()),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'issue-receipt': { recovery: 'confirm', input: (n) => receiptOrder(keyOf(1, n)) },
    'cancel-receipt': {
      recovery: 'confirm',
      input: (n): ReceiptToCancel => ({ of: receiptOf(keyOf(2, n)), ...byPaper }),
      prepare: (counterpart, input) => hold(counterpart, (input as ReceiptToCancel).of.key),
    },
    'replace-receipt': {
      recovery: 'confirm',
      input: (n): ReceiptToReplace => ({
        by: remainingOrder(keyOf(4, n)),
        of: receiptOf(keyOf(3, n)),
        ...byPaper,
      }),
      prepare: (counterpart, input) => hold(counterpart, (input as ReceiptToReplace).of.key),
    },
  },
  queries: {
    'ask-receipt': { input: { key: ASKED }, prepare: (counterpart) => hold(counterpart, ASKED) },
    'fetch-receipt-file': { input: receiptOf(ASKED), prepare: (counterpart) => hold(counterpart, ASKED) },
  },
  secrets: [DEFAULT_SETTINGS.password, DEFAULT_SETTINGS.servicePassword],
  sessions: false,
  itemRows: false,
  callbacks: [],
};
