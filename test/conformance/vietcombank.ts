import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { vietcombank } from '../../adapters/vietcombank/index.ts';
import type { OpenedPayment, PaymentOrder, PaymentQuestion } from '../../contracts/domain/payment.ts';
import { type RunningVietcombank, startVietcombank } from '../../mocks/vietcombank/server.ts';
import { orderForm } from '../../mocks/vietcombank/test-client.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT, paymentOrder } from '../kit/payment-order.ts';
import { SimulatedCounterpart } from './rules.ts';

const PASSCODE = 'demo-pass';
const NOTICE_SECRET = 'khoa-bao-co-thu-nghiem';

/** A yes with all that belongs to one, beside words of a fault. */
const doubtful = {
  result_code: '0000',
  result_message: 'Giao dịch không thành công',
  result_data: { checkout_url: 'http://127.0.0.1/pages/1', token_code: 'T1', order_code: 'LT1', status: 3, amount: 1 },
};
/** Their "no" to whatever it is about. */
const no = { code: '0020', message: 'Merchant không được phép sử dụng' } as const;

/** The simulated gateway as the suite's counterpart. */
class GatewayCounterpart extends SimulatedCounterpart<never, RunningVietcombank> {
  constructor(gateway: RunningVietcombank) {
    super(gateway, { 'success-with-failure': { kind: 'off-schema', body: doubtful, act: false } });
  }

  /** Its usual "no" is 0001, by which it cannot say what became of anything. */
  override misbehave(how: Misbehaviour | undefined): void {
    super.misbehave(how);
    const status = how === 'refused-under-4xx' ? 400 : how === 'refused-under-5xx' ? 500 : undefined;
    if (status === undefined) return;
    const { state } = this.running;
    state.clearFaults();
    state.addFault({ kind: 'business-status', status, ...no, match: { service: 'any-call' } });
  }

  override effects(): number {
    return this.running.state.counters.ordersCreated;
  }

  override effectsOf(_command: string, input: unknown): number {
    return this.running.state.orders.get((input as PaymentOrder).reference) === undefined ? 0 : 1;
  }
}

function gatewayOf(counterpart: Counterpart): RunningVietcombank {
  if (!(counterpart instanceof GatewayCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  vietcombank.create(
    vietcombank.config.parse({
      URL: gatewayOf(counterpart).url,
      SITE_CODE: '101',
      PASSCODE,
      NOTICE_SECRET,
      OFFICE_EMAIL: 'motcua@example.vn',
      OFFICE_MOBILE: '02043000000',
      OFFICE_ADDRESS: 'Trung tâm phục vụ hành chính công',
    }),
  );

const PAID = 'LT999999999900';
/** An order that was made, and paid; no effect of a command. */
function preparePaid(counterpart: Counterpart): void {
  const { state } = gatewayOf(counterpart);
  if (state.orders.get(PAID) !== undefined) return;
  const form = orderForm(PAID, { amount: '8000' });
  state.act(state.orders.add(form, state.clock() + 3_600_000), { act: 'pay', notice: { lost: true } });
}
const question: PaymentQuestion = { reference: PAID, handle: null, madeAt: ORDER_MADE_AT };

const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});

const notice = { token_code: 'T1', order_code: PAID, amount: '8000', currency: 'VND', status: '3' };
const asForm = (changes: Readonly<Record<string, string>> = {}) =>
  posted(String(new URLSearchParams({ ...notice, ...changes })));

const credit = {
  id: 1,
  gateway: 'Vietcombank',
  transactionDate: '2025-06-01 08:35:00',
  accountNumber: '0000000000',
  subAccount: null,
  code: null,
  content: `MBVCB.1234567890.${PAID} thanh toan le phi.CT tu 0000000001 NGUYEN VAN MAU toi 0000000000 DON VI MAU`,
  transferType: 'in',
  transferAmount: 8_000,
  accumulated: 8_000,
  referenceCode: '5078.12345',
  description: '',
};
const credited = (changes: object = {}) => posted(JSON.stringify({ ...credit, ...changes }));

/** What the conformance suite is told of the adapter of Vietcombank's gateway. */
export const vietcombankConformance: ConformanceOptions = {
  start: async () => new GatewayCounterpart(await startVietcombank({ settings: { passcode: PASSCODE } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'open-payment': {
      recovery: 'confirm',
      input: (n) => paymentOrder(`LT${String(n).padStart(12, '0')}`, { payUntil: Date.UTC(2100, 0, 1) }),
      confirmedAs: (result) => ({ ...(result as OpenedPayment), url: null }),
    },
  },
  queries: {
    'ask-payment': { input: question, prepare: preparePaid },
    'list-orders': { input: { from: ORDER_MADE_AT, to: Date.UTC(2100, 0, 1), page: 1 }, prepare: preparePaid },
  },
  secrets: [PASSCODE, NOTICE_SECRET],
  sessions: false,
  itemRows: false,
  callbacks: [
    {
      kind: 'tell',
      path: 'notify',
      message: asForm(),
      same: posted(JSON.stringify(Object.fromEntries(Object.entries(notice).reverse()))),
      other: asForm({ status: '7' }),
      broken: ['', '<xml/>', '[]', '{}', '{', 'order_code=', 'order_code=Nguy%E1%BB%85n+V%C4%83n+M%E1%BA%ABu'].map(
        posted,
      ),
    },
    {
      kind: 'tell',
      path: 'credit-notice',
      message: credited(),
      same: posted(JSON.stringify(Object.fromEntries(Object.entries({ ...credit, id: 2, content: PAID }).reverse()))),
      other: credited({ transferAmount: 9_000 }),
      broken: [
        posted(''),
        posted('<xml/>'),
        posted('[]'),
        posted('{}'),
        credited({ referenceCode: null }),
        credited({ referenceCode: '' }),
        credited({ accountNumber: 'Nguyễn Văn Mẫu' }),
        credited({ transferType: 'back' }),
        credited({ transferAmount: 0 }),
        credited({ transferAmount: -8_000 }),
        credited({ transferAmount: 8_000.5 }),
        credited({ transactionDate: '' }),
      ],
    },
  ],
};
