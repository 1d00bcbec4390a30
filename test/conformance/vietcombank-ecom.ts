import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { vietcombankEcom } from '../../adapters/vietcombank-ecom/index.ts';
import type { OpenedPayment, PaymentOrder, PaymentQuestion, RefundOrder } from '../../contracts/domain/payment.ts';
import type { Fault } from '../../mocks/kit/faults.ts';
import { noticeText } from '../../mocks/vietcombank-ecom/envelope.ts';
import { freshKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { type RunningEcom, startEcom } from '../../mocks/vietcombank-ecom/server.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT, paymentOrder } from '../kit/payment-order.ts';
import { SimulatedCounterpart } from './rules.ts';

const PARTNER = 'DEMO03';
const keys = freshKeys(Date.now());

const anyCall = { service: 'any-call' } as const;
/** Their "no" to whatever it is about; 99, the simulator's usual one, says nothing. */
const no = { code: '11', message: 'Đối tác không hợp lệ' } as const;
/** Good XML, and not theirs. */
const foreign = '<?xml version="1.0"?><status xmlns="urn:x">OK</status>';

/** What a fault of this system needs words for. */
function ownFault(how: Misbehaviour | undefined): Fault | undefined {
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

/** The simulated bank as the suite's counterpart. */
class EcomCounterpart extends SimulatedCounterpart<never, RunningEcom> {
  constructor(bank: RunningEcom) {
    super(bank, { 'success-with-failure': { kind: 'reject', code: '00', message: 'Giao dịch không thành công' } });
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
    const { payments, refunds } = this.running.state.counters;
    return payments + refunds;
  }

  override effectsOf(command: string, input: unknown): number {
    const { ledger } = this.running.state;
    const { reference } = input as PaymentOrder | RefundOrder;
    return (command === 'refund' ? ledger.refund(reference) : ledger.get(reference)) === undefined ? 0 : 1;
  }
}

function bankOf(counterpart: Counterpart): RunningEcom {
  if (!(counterpart instanceof EcomCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  vietcombankEcom.create(
    vietcombankEcom.config.parse({
      URL: bankOf(counterpart).url,
      PARTNER,
      AES_KEY: keys.aesSecret,
      SIGNING_KEY: keys.partnerSecretKey,
      TRUSTED_CERTS: keys.bankCertificate,
    }),
  );

const PAID = 'LT999999999900';

/** A payment that was made, and paid, under a number that is known. */
function preparePaid(counterpart: Counterpart, reference = PAID, number = 'VCB999999999'): void {
  const { state } = bankOf(counterpart);
  if (state.ledger.get(reference) !== undefined) return;
  const expiresAt = state.clock() + 3_600_000;
  const held = state.ledger.add({ reference, number, amountVnd: 8_000, purpose: 'Le phi', returnUrl: '', expiresAt });
  state.act(held, { act: 'pay' });
}
const question: PaymentQuestion = { reference: PAID, handle: null, madeAt: ORDER_MADE_AT };

const refundOf = (n: number): RefundOrder => ({
  reference: `LT7${String(n).padStart(11, '0')}`,
  of: `LT8${String(n).padStart(11, '0')}`,
  handle: `VCB8${String(n).padStart(8, '0')}`,
  amountVnd: 8_000,
  reason: 'Hoan tra le phi',
});

const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
const notice = {
  errCode: '00',
  errDesc: 'Thành công',
  VcbTranId: 'VCB999999999',
  PartnerId: PARTNER,
  amount: '8000',
  trans_id: PAID,
};
const told = (changes: object = {}, outer = PAID): InboundRequest =>
  posted(noticeText(outer, { ...notice, ...changes }, keys.aesSecret, keys.bankSecretKey));

/** What the conformance suite is told of the adapter of the bank's e-commerce service. */
export const ecomConformance: ConformanceOptions = {
  start: async () => new EcomCounterpart(await startEcom({ settings: { partner: PARTNER, ...keys } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'open-payment': {
      recovery: 'confirm',
      input: (n) => paymentOrder(`LT${String(n).padStart(12, '0')}`),
      confirmedAs: (result) => ({ ...(result as OpenedPayment), url: null }),
    },
    refund: {
      recovery: 'confirm',
      input: refundOf,
      prepare: (counterpart, input) => {
        const { of, handle } = input as RefundOrder;
        preparePaid(counterpart, of, handle);
      },
    },
  },
  queries: { 'ask-payment': { input: question, prepare: (counterpart) => preparePaid(counterpart) } },
  secrets: [keys.aesSecret, ...keys.partnerSecretKey.split('\n').slice(1, -2)],
  sessions: false,
  itemRows: false,
  callbacks: [
    {
      kind: 'tell',
      path: 'notify',
      message: told(),
      same: told({ amount: 8_000, errDesc: 'Thanh cong' }),
      other: told({ VcbTranId: 'VCB999999998' }),
      broken: [
        ...['', '<xml/>', 'e30=', 'W10='].map(posted),
        told({ trans_id: 'Nguyễn Văn Mẫu' }, 'Nguyễn Văn Mẫu'),
        told({ trans_id: 'LT1' }),
        told({ amount: 'nhiều' }),
        told({ PartnerId: 'DEMO04' }),
        told({ errCode: undefined }),
      ],
    },
  ],
};
