import type { Adapter, InboundRequest } from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { ConformanceOptions, Counterpart, Misbehaviour } from '../../adapters/kit/conformance-harness.ts';
import { paymentPlatform } from '../../adapters/payment-platform/index.ts';
import type { Bill, OpenedPayment, PaymentOrder, PaymentQuestion } from '../../contracts/domain/payment.ts';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { noticeSeal } from '../../mocks/payment-platform/seals.ts';
import { type RunningPlatform, startPlatform } from '../../mocks/payment-platform/server.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT, paymentOrder } from '../kit/payment-order.ts';
import { SimulatedCounterpart } from './rules.ts';

const SECRET = 'khoa-bi-mat-thu-nghiem';
const PARTNER = 'DEMO02';

/** A yes with all that belongs to one, beside words of a fault. */
const doubtful = {
  MaLoi: '00',
  MoTaLoi: 'Giao dịch không thành công',
  UrlThanhToan: 'http://127.0.0.1/pages/1',
  TrangThaiGD: '1',
};
/** Their "no" to whatever it is about. */
const no = { code: '09', message: 'Mã đối tác không tồn tại' } as const;

/** The simulated platform as the suite's counterpart. */
class PlatformCounterpart extends SimulatedCounterpart<never, RunningPlatform> {
  constructor(platform: RunningPlatform) {
    super(platform, { 'success-with-failure': { kind: 'off-schema', body: doubtful, act: false } });
  }

  /** Its usual "no" is 99, by which it cannot say what became of anything. */
  override misbehave(how: Misbehaviour | undefined): void {
    super.misbehave(how);
    const status = how === 'refused-under-4xx' ? 400 : how === 'refused-under-5xx' ? 500 : undefined;
    if (status === undefined) return;
    const { state } = this.running;
    const rule: FaultRule = { kind: 'business-status', status, ...no, match: { service: 'any-call' } };
    state.clearFaults();
    state.addFault(rule);
  }

  override effects(): number {
    return this.running.state.counters.inits;
  }

  override effectsOf(_command: string, input: unknown): number {
    return this.running.state.ledger.get((input as PaymentOrder).reference) === undefined ? 0 : 1;
  }
}

function platformOf(counterpart: Counterpart): RunningPlatform {
  if (!(counterpart instanceof PlatformCounterpart)) throw new TypeError('another counterpart');
  return counterpart.running;
}

const createAdapter = (counterpart: Counterpart): Adapter =>
  paymentPlatform.create(
    paymentPlatform.config.parse({
      URL: platformOf(counterpart).url,
      PARTNER,
      SECRET,
      ALLOW: '127.0.0.1',
    }),
  );

const PAID = 'LT999999999900';
/** A payment that was made, and paid. */
function preparePaid(counterpart: Counterpart): void {
  const { state } = platformOf(counterpart);
  if (state.ledger.get(PAID) !== undefined) return;
  const held = state.ledger.add({
    reference: PAID,
    bornOf: 'init',
    amountVnd: 8_000,
    initTime: '20250601083000',
    purpose: 'Thanh toan le phi',
    bank: 'PAYMENT',
    expiresAt: state.clock() + 3_600_000,
  });
  state.act(held, { act: 'pay' });
}
const question: PaymentQuestion = { reference: PAID, handle: null, madeAt: ORDER_MADE_AT };

const posted = (body: string): InboundRequest => ({
  method: 'POST',
  headers: {},
  query: {},
  body: utf8(body),
  remoteAddress: '127.0.0.1',
});
const notice = {
  LoaiBanTin: 'IPN',
  MaLoi: '00',
  MaDoiTac: PARTNER,
  MaThamChieu: PAID,
  SoTien: 8_000,
  MaTienTe: 'VND',
  MaGiaoDich: 'G22.99.3-250601000001',
  MaNganHang: 'PAYMENT',
  ThoiGianGD: '20250601083500',
  ThongTinGiaoDich: 'Thanh toan le phi',
};
const told = (changes: object = {}) => {
  const message = { ...notice, ...changes };
  return { ...message, MaXacThuc: noticeSeal(message, SECRET) };
};
const billOf = (amountVnd: number): Bill => {
  const { returnUrl, cancelUrl, notifyUrl, payUntil, ...order } = paymentOrder('LT000000000098', { amountVnd });
  return { reference: 'H02.15.03-250601-000120250601083000', order };
};

/** What the conformance suite is told of the payment platform's adapter. */
export const paymentConformance: ConformanceOptions = {
  start: async () => new PlatformCounterpart(await startPlatform({ settings: { partner: PARTNER, secret: SECRET } })),
  create: createAdapter,
  transport: () => createUndiciTransport(),
  commands: {
    'open-payment': {
      recovery: 'confirm',
      input: (n) => paymentOrder(`LT${String(n).padStart(12, '0')}`),
      confirmedAs: (result) => ({ ...(result as OpenedPayment), url: null }),
    },
  },
  queries: {
    'ask-payment': { input: question, prepare: preparePaid },
    'fetch-receipt': { input: question, prepare: preparePaid },
  },
  secrets: [SECRET],
  sessions: false,
  itemRows: false,
  callbacks: [
    {
      kind: 'tell',
      path: 'dpnhankqthanhtoanhs',
      message: posted(JSON.stringify(told())),
      same: posted(JSON.stringify(Object.fromEntries(Object.entries(told()).reverse()), null, 2)),
      other: posted(JSON.stringify(told({ MaGiaoDich: 'G22.99.3-250601000002' }))),
      broken: [
        '',
        '<xml/>',
        '[]',
        '{}',
        JSON.stringify(told({ MaThamChieu: 'Nguyễn Văn Mẫu' })),
        JSON.stringify(told({ SoTien: 'nhiều' })),
        JSON.stringify(told({ MaDoiTac: 'DEMO03' })),
      ].map(posted),
    },
    {
      kind: 'ask',
      path: 'dptracuuthanhtoanhs',
      question: posted('{"MaHoSo":"H02.15.03-250601-0001"}'),
      answers: [billOf(8_000), undefined],
      broken: ['', '<xml/>', '[]', '{}', '{"MaHoSo":""}', '{"MaHoSo":1}', '{"MaHoSo":"Nguyễn Văn Mẫu"}'].map(posted),
    },
  ],
};
