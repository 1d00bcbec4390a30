import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OrderPayer } from '../../contracts/domain/payment.ts';
import { noticeOf } from '../../mocks/vietcombank/notices.ts';
import type { Act } from '../../mocks/vietcombank/plan.ts';
import type { Form } from '../../mocks/vietcombank/seals.ts';
import { type RunningVietcombank, startVietcombank } from '../../mocks/vietcombank/server.ts';
import type { VietcombankSettings } from '../../mocks/vietcombank/settings.ts';
import { startCreditListener } from '../../mocks/vietcombank/test-client.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT, paymentOrder } from '../../test/kit/payment-order.ts';
import { type CallContext, type InboundRequest, isDrift } from '../adapter.ts';
import { utf8 } from '../kit/bytes.ts';
import { memorySessions } from '../kit/memory-sessions.ts';
import { askPayment } from './ask-payment.ts';
import { vietcombankConfig } from './config.ts';
import { receiveCreditNotice } from './credit-notice.ts';
import { vietcombank } from './index.ts';
import { listOrders } from './list-orders.ts';
import { receiveNotify } from './notify.ts';
import { openPayment } from './open-payment.ts';

const NOTICE_SECRET = 'khoa-bao-co';
let gateway: RunningVietcombank;
let transport: ReturnType<typeof createUndiciTransport>;
let now = ORDER_MADE_AT;

const payer: OrderPayer = {
  name: 'Nguyễn Văn Mẫu',
  identityNumber: null,
  phone: '0900 000 000',
  email: 'mau@example.vn',
  address: 'Phường Mẫu, Bắc Ninh',
};
const order = paymentOrder('LT123456789092', { payer });
const context = (): CallContext => ({
  transport,
  sessions: memorySessions(),
  signal: new AbortController().signal,
  timeoutMs: 2_000,
  oneOff: false,
  wall: () => now,
  steady: () => now,
  traceparent: undefined,
  keep: () => undefined,
});
const config = (passcode = 'demo-pass') =>
  vietcombankConfig.parse({ URL: gateway.url, SITE_CODE: '101', PASSCODE: passcode, NOTICE_SECRET });
const settle = (settings: Partial<VietcombankSettings>) => Object.assign(gateway.state.settings, settings);
const open = (changed = order) => openPayment(config()).run(changed, context());
const ask = (handle: string | null = null) =>
  askPayment(config()).run({ reference: order.reference, handle, madeAt: ORDER_MADE_AT }, context());
const held = () => {
  const made = gateway.state.orders.get(order.reference);
  if (made === undefined) throw new Error('opened');
  return made;
};
const act = (which: Act) => gateway.state.act(held(), { act: which, notice: { lost: true } });

beforeEach(async () => {
  now = ORDER_MADE_AT;
  gateway = await startVietcombank({ clock: () => now });
  transport = createUndiciTransport();
});
afterEach(async () => {
  await gateway.close();
  await transport.close();
});

describe.each<[string, Partial<VietcombankSettings>]>([
  ['numbers and its own dates', { amountAs: 'number', timesAs: 'dmy', emptyData: 'null' }],
  ['digits and seconds', { amountAs: 'string', timesAs: 'seconds', emptyData: 'empty' }],
  ['no times', { paidFields: false, emptyData: 'absent' }],
])('a payment, told in %s', (_, settings) => {
  beforeEach(() => settle(settings));

  it('is opened, awaited, paid, asked for and given back', async () => {
    expect(await ask()).toMatchObject({ result: { open: 'not-created', code: '0005' } });
    expect(await open()).toMatchObject({
      kind: 'completed',
      result: { url: expect.stringContaining('/pages/'), handle: held().tokenCode },
    });
    expect(await ask(held().tokenCode)).toMatchObject({ result: { facts: [], open: 'awaiting' } });
    act('start');
    expect(await ask()).toMatchObject({ result: { facts: [], open: 'pending' } });
    act('pay');
    const paid = { kind: 'paid', amount: { amount: 50_000, currency: 'VND' }, transaction: held().tokenCode };
    expect(await ask(held().tokenCode)).toMatchObject({ result: { facts: [paid], open: null, code: '0000/3' } });
    act('ask-refund');
    expect(await ask()).toMatchObject({ result: { facts: [paid], open: 'refund' } });
    act('refund-partly');
    expect(await ask()).toMatchObject({ result: { facts: [paid, { kind: 'refunded', amount: null }] } });
    act('refund');
    expect(await ask()).toMatchObject({ result: { facts: [paid, { kind: 'refunded' }], open: null } });
    const listed = { reference: order.reference, token: held().tokenCode, amountVnd: 50_000, status: 'refunded' };
    expect(await listOrders(config()).run({ from: now, to: now, page: 1 }, context())).toMatchObject({
      result: { total: 1, perPage: 20, orders: [listed] },
    });
  });

  it('another sum is told as it is', async () => {
    await open();
    act('pay-wrong-amount');
    expect(await ask()).toMatchObject({ result: { facts: [{ kind: 'paid', amount: { amount: 49_000 } }] } });
  });

  it.each([
    ['cancel', 'cancelled'],
    ['fail', 'failed'],
  ] as const)('%s ends it', async (which, kind) => {
    await open();
    act(which);
    expect(await ask()).toMatchObject({ result: { facts: [{ kind }], open: null } });
  });
});

describe('the same order again', () => {
  it('is the earlier one, its page lost', async () => {
    await open();
    expect(await open()).toEqual({ kind: 'completed', result: { url: null, handle: held().tokenCode } });
    expect(gateway.state.counters.ordersCreated).toBe(1);
  });

  it('or its page is told again', async () => {
    settle({ duplicate: 'old-order' });
    const first = await open();
    expect(await open()).toEqual(first);
  });

  it('of another amount is in doubt', async () => {
    await open();
    expect(await open({ ...order, amountVnd: 60_000 })).toMatchObject({ kind: 'drift', path: '/result_data/amount' });
  });
});

it('what they refuse names our field', async () => {
  const without = (missing: Partial<OrderPayer>) => open({ ...order, payer: { ...payer, ...missing } });
  expect(await without({ email: null })).toMatchObject({ code: '0010', fields: ['/payer/email'] });
  expect(await without({ phone: null })).toMatchObject({ code: '0011', fields: ['/payer/phone'] });
  expect(await without({ address: null })).toMatchObject({ code: '0012', fields: ['/payer/address'] });
  now = order.payUntil + 1;
  expect(await open()).toMatchObject({ kind: 'rejected', code: '0016', fields: ['/payUntil'] });
  expect(gateway.state.counters.ordersCreated).toBe(0);
});

it('time_limit ends it when we say', async () => {
  await open();
  expect(held().expiresAt).toBe(order.payUntil);
});

it('a list goes on from page to page, each order once', async () => {
  settle({ perPage: 2 });
  for (const n of [1, 2, 3]) await open(paymentOrder(`LT00000000000${n}`, { payer }));
  const page = async (which: number) => {
    const answer = await listOrders(config()).run({ from: now, to: now, page: which }, context());
    return answer.kind === 'completed' ? answer.result.orders.map(({ reference }) => reference) : answer;
  };
  expect([await page(1), await page(2), await page(3)]).toEqual([
    ['LT000000000001', 'LT000000000002'],
    ['LT000000000003'],
    [],
  ]);
  const yesterday = now - 86_400_000;
  expect(await listOrders(config()).run({ from: yesterday, to: yesterday, page: 1 }, context())).toMatchObject({
    result: { total: 0, orders: [] },
  });
});

it('a wrong passcode is heard of at once, by the probe too', async () => {
  expect(await openPayment(config('another')).run(order, context())).toMatchObject({ kind: 'rejected', code: '0017' });
  const probe = (passcode?: string) => vietcombank.create(config(passcode)).probe(context());
  expect(await probe('another')).toMatchObject({ kind: 'rejected', code: '0017' });
  expect(await probe()).toMatchObject({ kind: 'completed' });
  gateway.state.addFault({ kind: 'reject', code: '0001', match: { service: 'any-call' }, times: 1 });
  expect(await probe()).toEqual({ kind: 'unknown', reason: 'server-error' });
  settle({ allowed: false });
  expect(await probe()).toMatchObject({ kind: 'rejected', code: '0020' });
});

describe('what it tells', () => {
  const requestOf = (body: string, signature?: string): InboundRequest => ({
    method: 'POST',
    headers: signature === undefined ? {} : { 'x-signature': signature },
    query: {},
    body: utf8(body),
    remoteAddress: '127.0.0.1',
  });

  it('of an order is a hint, true or not', async () => {
    await open();
    act('pay');
    const lies: readonly Form[] = [{}, { status: '4', amount: '1' }];
    for (const fields of lies) {
      const { body = '' } = noticeOf(gateway.state, held(), { fields });
      const parsed = await receiveNotify.parse(requestOf(body));
      expect(parsed).toMatchObject({
        type: 'payment-hint',
        ref: order.reference,
        data: { reference: order.reference },
      });
    }
  });

  it('of an account is believed under its signature alone, and once of several channels', async () => {
    const listener = await startCreditListener();
    const tell = receiveCreditNotice(config());
    if (tell.verifier.kind !== 'signature') throw new Error('it is signed');
    const { verify } = tell.verifier;
    const transfer = { accountNumber: '0000000000', amountVnd: 50_000, purpose: order.reference };
    try {
      settle({ creditUrl: listener.url, creditSecret: NOTICE_SECRET });
      await gateway.state.transfer([{ ...transfer, channels: 2 }]).told;
      const requests = listener.heard.map(({ body, signature }) => requestOf(body, signature));
      expect(await Promise.all(requests.map(verify))).toEqual([true, true]);
      const [first, second] = await Promise.all(requests.map(tell.parse));
      if (first === undefined || second === undefined || isDrift(first) || isDrift(second)) throw new Error('read');
      expect(first.data).toMatchObject({ account: '0000000000', direction: 'in', amountVnd: 50_000 });
      expect([second.ref, second.dedupeKey]).toEqual([first.ref, first.dedupeKey]);
      await gateway.state.transfer([transfer], { forged: true }).told;
      await gateway.state.transfer([transfer], { unsigned: true }).told;
      const forged = listener.heard.slice(2).map(({ body, signature }) => requestOf(body, signature));
      expect(await Promise.all(forged.map(verify))).toEqual([false, false]);
    } finally {
      listener.close();
    }
  });
});
