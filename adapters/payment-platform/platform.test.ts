import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PaymentQuestion } from '../../contracts/domain/payment.ts';
import { type RunningPlatform, startPlatform } from '../../mocks/payment-platform/server.ts';
import type { PlatformSettings } from '../../mocks/payment-platform/settings.ts';
import { startProvince } from '../../mocks/payment-platform/test-client.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { ORDER_MADE_AT, paymentOrder } from '../../test/kit/payment-order.ts';
import type { CallContext, InboundRequest } from '../adapter.ts';
import { textOf, utf8 } from '../kit/bytes.ts';
import { memorySessions } from '../kit/memory-sessions.ts';
import { askPayment } from './ask-payment.ts';
import { platformConfig } from './config.ts';
import { fetchReceipt } from './fetch-receipt.ts';
import { paymentPlatform } from './index.ts';
import { lookupBill } from './lookup-bill.ts';
import { openPayment } from './open-payment.ts';
import { readReturn } from './read-return.ts';
import { receiveNotice } from './receive-notice.ts';

let platform: RunningPlatform;
let transport: ReturnType<typeof createUndiciTransport>;

const order = paymentOrder('LT123456789092');
const question: PaymentQuestion = { reference: order.reference, handle: null, madeAt: ORDER_MADE_AT };

const context = (): CallContext => ({
  transport,
  sessions: memorySessions(),
  signal: new AbortController().signal,
  timeoutMs: 2_000,
  oneOff: false,
  wall: () => ORDER_MADE_AT,
  steady: () => ORDER_MADE_AT,
  traceparent: undefined,
  keep: () => undefined,
});
const config = (secret = 'demo-key') =>
  platformConfig.parse({ URL: platform.url, PARTNER: 'DEMO02', SECRET: secret, ALLOW: '127.0.0.1' });
const settle = (settings: Partial<PlatformSettings>) => Object.assign(platform.state.settings, settings);
const open = () => openPayment(config()).run(order, context());
const ask = () => askPayment(config()).run(question, context());
const held = () => {
  const transaction = platform.state.ledger.get(order.reference);
  if (transaction === undefined) throw new Error('opened');
  return transaction;
};

beforeEach(async () => {
  platform = await startPlatform({ settings: { returnUrl: 'http://province.example/return' } });
  transport = createUndiciTransport();
});
afterEach(async () => {
  await platform.close();
  await transport.close();
});

describe.each([
  ['bare', { wrapped: false, statusAs: 'number' }],
  ['in the envelope of a province', { wrapped: true, statusAs: 'string' }],
] as const)('a payment, %s', (_, settings) => {
  it('is opened, awaited, paid and asked for', async () => {
    settle(settings);
    expect(await ask()).toMatchObject({ result: { open: 'not-created', code: '104' } });
    expect(await open()).toMatchObject({
      kind: 'completed',
      result: { url: expect.stringContaining('/pages/'), handle: '20250601083000' },
    });
    expect(await ask()).toMatchObject({ result: { facts: [], open: 'pending' } });
    platform.state.act(held(), { act: 'pay' });
    expect(await ask()).toMatchObject({
      result: { reference: order.reference, facts: [{ kind: 'paid', amount: { amount: 50_000, currency: 'VND' } }] },
    });
    const receipt = await fetchReceipt(config()).run(question, context());
    expect(receipt).toMatchObject({ kind: 'completed' });
  });

  it('that is opened twice is one, whose page is lost', async () => {
    settle(settings);
    await open();
    expect(await open()).toEqual({ kind: 'completed', result: { url: null, handle: '20250601083000' } });
    expect(platform.state.counters).toMatchObject({ inits: 1, duplicatesRefused: 1 });
  });

  it('that failed', async () => {
    settle(settings);
    await open();
    expect(await fetchReceipt(config()).run(question, context())).toMatchObject({ kind: 'rejected', code: '118' });
    platform.state.act(held(), { act: 'fail' });
    expect(await ask()).toMatchObject({ result: { facts: [{ kind: 'failed' }], code: '00/4' } });
  });
});

it('decides nothing without the right seal', async () => {
  await open();
  platform.state.act(held(), { act: 'pay' });
  for (const querySeal of ['absent', 'wrong'] as const) {
    settle({ querySeal });
    expect(await ask()).toMatchObject({ kind: 'drift', path: '/MaXacThuc' });
  }
});

it('opens whatever the seal of the answer to INIT is', async () => {
  settle({ initSeal: 'wrong' });
  expect(await open()).toMatchObject({ kind: 'completed' });
});

it('asks again for a receipt that is not whole', async () => {
  await open();
  platform.state.act(held(), { act: 'pay' });
  for (const spoiltBill of ['short', 'empty', 'not-pdf'] as const) {
    settle({ spoiltBill, spoiltBillCount: 1_000 });
    expect(await fetchReceipt(config()).run(question, context())).toEqual({ kind: 'not-sent', reason: 'unavailable' });
  }
});

it('a wrong secret is heard of at once, by the probe too', async () => {
  expect(await openPayment(config('another-key')).run(order, context())).toMatchObject({
    kind: 'rejected',
    code: '07',
  });
  const probe = (secret?: string) => paymentPlatform.create(config(secret)).probe(context());
  expect(await probe('another-key')).toMatchObject({ kind: 'rejected', code: '07' });
  expect(await probe()).toMatchObject({ kind: 'completed' });
});

it('its return is a hint of the payment', async () => {
  await open();
  const { returnTo = '' } = platform.state.act(held(), { act: 'pay' });
  expect(readReturn(Object.fromEntries(new URL(returnTo).searchParams))).toEqual({ reference: order.reference });
});

describe('what it tells and asks', () => {
  const requestOf = (message: unknown): InboundRequest => ({
    method: 'POST',
    headers: {},
    query: {},
    body: utf8(JSON.stringify(message)),
    remoteAddress: '127.0.0.1',
  });

  it('its notice is believed and taken at once, a forged one is not', async () => {
    const province = await startProvince();
    const tell = receiveNotice(config());
    province.answer = (message) => JSON.parse(textOf(tell.reply('stored', requestOf(message)).body)) as unknown;
    try {
      settle({ notifyUrl: province.url });
      await open();
      const [notice] = await platform.state.act(held(), { act: 'fail' }).told;
      expect(notice).toMatchObject({ attempt: 1, code: '01' });
      await platform.state.tell(platform.state.tidingsOf(held()), { forged: true });
      if (tell.verifier.kind !== 'signature') throw new Error('it is signed');
      const verified = await Promise.all(province.heard.map(requestOf).map(tell.verifier.verify));
      expect(verified).toEqual([true, false]);
    } finally {
      province.close();
    }
  });

  it('a bill that it looks up can be paid under its reference', async () => {
    const province = await startProvince();
    const asking = lookupBill(config());
    const { returnUrl, cancelUrl, notifyUrl, payUntil, ...rest } = order;
    const reference = 'H02.15.03-250601-000120250601083000';
    province.answer = () => {
      const parsed = { type: 'bill', ref: 'x', data: {} };
      const reply = asking.reply({ kind: 'answered', question: parsed, answer: { reference, order: rest } });
      return JSON.parse(textOf(reply.body)) as unknown;
    };
    try {
      settle({ lookupUrl: province.url });
      const lookup = await platform.state.lookUp(order.dossierCode);
      expect(lookup).toMatchObject({ errorCode: '1', reference, amountVnd: 50_000 });
      const outcome = await askPayment(config()).run({ ...question, reference }, context());
      expect(outcome).toMatchObject({ result: { reference, open: 'pending' } });
    } finally {
      province.close();
    }
  });
});
