import type { Adapter } from '../../adapters/adapter.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { receipts } from '../../adapters/receipts/index.ts';
import type { ReceiptToCancel, ReceiptToIssue, ReceiptToReplace } from '../../contracts/domain/receipt.ts';
import type { Fault } from '../../mocks/kit/faults.ts';
import { type RunningViettel, startViettel } from '../../mocks/viettel-receipt/server.ts';
import { DEFAULT_SETTINGS } from '../../mocks/viettel-receipt/settings.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT } from '../kit/payment-order.ts';
import { issuedReceipt, receiptDocument, receiptOrder, remainingOrder } from '../kit/receipt-order.ts';
import { SimulatedCounterpart } from './rules.ts';

const { username, password, taxCode, template, series } = DEFAULT_SETTINGS;
const anyCall = { service: 'any-call' } as const;
/** Their "no" to whatever it is about. */
const no = { code: 'SUPPLIER_TAX_CODE_INVALID', message: 'Mã số thuế không hợp lệ' } as const;

function ownFault(how: Misbehaviour | undefined): Fault | undefined {
  switch (how) {
    case 'refused-under-4xx':
      return { kind: 'business-status', status: 400, ...no };
    case 'refused-under-5xx':
      return { kind: 'business-status', status: 500, ...no };
    default:
      return undefined;
  }
}

class ViettelCounterpart extends SimulatedCounterpart<never, RunningViettel> {
  constructor(provider: RunningViettel) {
    super(provider, { 'success-with-failure': { kind: 'reject', code: '', message: 'Phát hành không thành công' } });
  }

  override misbehave(how: Misbehaviour | undefined): void {
    super.misbehave(how);
    const fault = ownFault(how);
    if (fault === undefined) return;
    const { state } = this.running;
    state.clearFaults();
    state.addFault({ ...fault, match: anyCall });
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
}

function providerOf(counterpart: Counterpart): RunningViettel {
  if (!(counterpart instanceof ViettelCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  receipts.create(
    receipts.config.parse({
      URL: providerOf(counterpart).url,
      USERNAME: username,
      PASSWORD: password,
      TAX_CODE: taxCode,
      KIND: 'viettel',
      PATTERN: template,
      SERIAL: series,
    }),
  );

/** A receipt that stands there already, and its number. */
function hold(counterpart: Counterpart, key: string): string {
  const { book } = providerOf(counterpart).state;
  const held = book.get(key) ?? book.add({ key, totalVnd: 50_000, payer: '', told: {}, confirmed: false });
  return `${series}${String(held.number).padStart(7, '0')}`;
}

const ASKED = 'BL-999999999999';
const keyOf = (kind: number, n: number): string => `BL-${kind}-${String(n).padStart(10, '0')}`;
/** Its number is known once it is held. */
const receiptOf = (key: string) => ({ ...issuedReceipt(key, template, series), number: `${series}0000001` });
const byPaper = { ofPaidAt: ORDER_MADE_AT, reason: 'Hoàn trả lệ phí', document: receiptDocument };
const prepareFormer = (counterpart: Counterpart, input: unknown): void => {
  const order = input as { of: { key: string; number: string } };
  order.of.number = hold(counterpart, order.of.key);
};

/** What the conformance suite is told of the adapter of Viettel's receipts. */
export const viettelConformance: ConformanceOptions = {
  start: async () => new ViettelCounterpart(await startViettel()),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'issue-receipt': { recovery: 'confirm', input: (n) => receiptOrder(keyOf(1, n)) },
    'cancel-receipt': {
      recovery: 'confirm',
      input: (n): ReceiptToCancel => ({ of: receiptOf(keyOf(2, n)), ...byPaper }),
      prepare: prepareFormer,
    },
    'replace-receipt': {
      recovery: 'confirm',
      input: (n): ReceiptToReplace => ({ by: remainingOrder(keyOf(4, n)), of: receiptOf(keyOf(3, n)), ...byPaper }),
      prepare: prepareFormer,
    },
  },
  queries: {
    'ask-receipt': { input: { key: ASKED }, prepare: (counterpart) => void hold(counterpart, ASKED) },
    // The first that is held, and so the first number.
    'fetch-receipt-file': { input: receiptOf(ASKED), prepare: (counterpart) => void hold(counterpart, ASKED) },
  },
  secrets: [password, Buffer.from(`${username}:${password}`).toString('base64')],
  sessions: false,
  itemRows: false,
  callbacks: [],
};
