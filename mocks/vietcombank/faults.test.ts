import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningVietcombank, startVietcombank } from './server.ts';
import { type Answered, Merchant } from './test-client.ts';

let gateway: RunningVietcombank;
let merchant: Merchant;

beforeEach(async () => {
  gateway = await startVietcombank({ settings: { notice: { lost: true } } });
  merchant = new Merchant(gateway);
});
afterEach(() => gateway.close());

/** Where silence is expected the caller gives up; elsewhere a slow machine must not look like silence. */
const patience = (code: string): number | undefined => (code === 'ABORT_ERR' ? 150 : undefined);
const made = () => gateway.state.orders.all().length;
const codeOf = ({ json }: Answered) => json.result_code;

describe('CreateOrder', () => {
  test.each([
    [{ kind: 'reset-before-reading' }, 'ECONNRESET'],
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'outage', mode: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks off without effect', async (fault, code) => {
    gateway.state.addFault({ ...fault, times: 1 });
    await expect(merchant.create('LT-1', {}, patience(code))).rejects.toMatchObject({ code });
    expect(made()).toBe(0);
    expect(codeOf(await merchant.create('LT-1'))).toBe('0000');
  });

  test.each([
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'lose-reply', as: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
  ] as const)('%o acts and loses the reply; the same again is 0005 (I2)', async (fault, code) => {
    gateway.state.addFault({ ...fault, times: 1 });
    await expect(merchant.create('LT-1', {}, patience(code))).rejects.toMatchObject({ code });
    await expect.poll(made).toBe(1);
    expect(codeOf(await merchant.create('LT-1'))).toBe('0005');
    expect(gateway.state.counters).toMatchObject({ ordersCreated: 1, duplicates: 1 });
  });

  test('what is processed late exists late: a question in between is 0005', async () => {
    gateway.state.addFault({ kind: 'process-late', afterMs: 400, times: 1 });
    expect((await merchant.create('LT-1')).status).toBe(504);
    expect(codeOf(await merchant.check('LT-1'))).toBe('0005');
    await expect.poll(made).toBe(1);
    expect((await merchant.check('LT-1')).json).toMatchObject({ result_code: '0000', result_data: { status: 1 } });
    expect(gateway.state.counters.lateEffects).toBe(1);
  });

  test('a caller that gives up does not stop the gateway', async () => {
    gateway.state.addFault({ kind: 'delay', ms: 300, times: 1 });
    await expect(merchant.create('LT-1', {}, 150)).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await expect.poll(made).toBe(1);
  });

  test('two at once for one order_code are an overlap (I3)', async () => {
    gateway.state.addFault({ kind: 'delay', ms: 200 });
    const both = await Promise.all([merchant.create('LT-1'), merchant.create('LT-1')]);
    expect(both.map(codeOf).sort()).toEqual(['0000', '0005']);
    expect(gateway.state.counters).toMatchObject({ overlaps: 1, openNow: 0, ordersCreated: 1 });
  });
});

const FUNCTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CreateOrder: {},
  CheckOrder: {},
  CheckOrderByOrderCode: { order_code: 'LT-1' },
  GetListOrder: {},
  GetBanks: {},
};

describe.each(Object.keys(FUNCTIONS))('%s', (service) => {
  let orders = 0;
  const call = async (timeoutMs?: number): Promise<Answered> => {
    orders += 1;
    if (service === 'CreateOrder') return merchant.create(`LT-X${orders}`, {}, timeoutMs);
    const token = service === 'CheckOrder' ? { token_code: gateway.state.orders.get('LT-1')?.tokenCode ?? '' } : {};
    return merchant.ask(service, { ...FUNCTIONS[service], ...token }, timeoutMs);
  };
  beforeEach(async () => {
    await merchant.create('LT-1');
  });

  test.each([
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'delay', ms: 400 }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'process-late', afterMs: 1, answer: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks off, once', async (fault, code) => {
    gateway.state.addFault({ ...fault, times: 1, match: { service } });
    await expect(call(patience(code))).rejects.toMatchObject({ code });
    expect(codeOf(await call())).toBe('0000');
  });

  test.each([
    [{ kind: 'status', status: 500 }, 500, undefined],
    [{ kind: 'status', status: 503, retryAfter: 7 }, 503, '7'],
    [{ kind: 'status', status: 429, retryAfter: 3 }, 429, '3'],
    [{ kind: 'outage', mode: 'unavailable', retryAfter: 9 }, 503, '9'],
  ] as const)('%o is a bare status without effect', async (fault, status, retryAfter) => {
    gateway.state.addFault({ ...fault, match: { service } });
    const answer = await call();
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(made()).toBe(1);
  });

  test('malformed and off-schema answers, and any code, also under a status', async () => {
    gateway.state.addFault({ kind: 'malformed', times: 1, match: { service } });
    gateway.state.addFault({ kind: 'off-schema', times: 1, match: { service } });
    gateway.state.addFault({ kind: 'reject', code: '0101', message: 'Bảo trì', times: 1, match: { service } });
    gateway.state.addFault({ kind: 'business-status', status: 400, times: 1, match: { service } });
    expect((await call()).json).toBeUndefined();
    expect((await call()).json).toEqual({ status: 'OK', payload: { accepted: true } });
    expect((await call()).json).toMatchObject({ result_code: '0101', result_message: 'Bảo trì' });
    const refused = await call();
    expect([refused.status, codeOf(refused)]).toEqual([400, '0001']);
    expect(codeOf(await call())).toBe('0000');
  });
});

test('a fault for one order strikes it by its code and by its token', async () => {
  const token = String((await merchant.create('LT-1')).json.result_data.token_code);
  gateway.state.addFault({ kind: 'status', status: 500, match: { code: 'LT-1' } });
  expect((await merchant.create('LT-2')).status).toBe(200);
  expect((await merchant.ask('CheckOrder', { token_code: token })).status).toBe(500);
  expect((await merchant.check('LT-1')).status).toBe(500);
});

test('an outage refuses connections and ends by itself', async () => {
  gateway.state.addFault({ kind: 'outage', forMs: 150 });
  await expect(merchant.create('LT-1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const reached = () => merchant.check('LT-1').catch(() => undefined);
  await expect.poll(reached, { interval: 20 }).toBeDefined();
});

test('a page can fail too: paid all the same', async () => {
  const page = await merchant.page('LT-1');
  gateway.state.addFault({ kind: 'lose-reply', match: { service: 'page' } });
  await expect(merchant.press(page, 'pay')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await merchant.check('LT-1')).json.result_data).toMatchObject({ status: 3, amount: 50_000 });
});
