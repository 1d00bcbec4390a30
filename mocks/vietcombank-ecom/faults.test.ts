import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningEcom, startEcom } from './server.ts';
import { EcomCaller } from './test-client.ts';

let bank: RunningEcom;
let caller: EcomCaller;

beforeEach(async () => {
  bank = await startEcom();
  caller = new EcomCaller(bank);
});
afterEach(() => bank.close());

/** Where silence is expected the caller gives up; elsewhere a slow machine must not look like silence. */
const patience = (code: string): number | undefined => (code === 'ABORT_ERR' ? 150 : undefined);

describe.each(['verifyPayment', 'refund'] as const)('%s', (service) => {
  beforeEach(async () => {
    if (service === 'verifyPayment') return;
    await caller.verify('LT-1');
    await caller.control('POST', 'acts', { reference: 'LT-1', act: 'pay' });
  });
  const call = (timeoutMs?: number) =>
    service === 'verifyPayment' ? caller.verify('LT-1', {}, timeoutMs) : caller.refund('R-1', 'LT-1', {}, timeoutMs);
  const effects = () => bank.state.counters[service === 'verifyPayment' ? 'payments' : 'refunds'];
  const twice = service === 'verifyPayment' ? '20' : '7';

  test.each([
    [{ kind: 'reset-before-reading' }, 'ECONNRESET'],
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'outage', mode: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks off without effect', async (fault, code) => {
    bank.state.addFault({ ...fault, times: 1 });
    await expect(call(patience(code))).rejects.toMatchObject({ code });
    expect(effects()).toBe(0);
    expect((await call()).fields.errCode).toBe('00');
  });

  test.each([
    [{ kind: 'status', status: 500 }, 500, undefined],
    [{ kind: 'status', status: 503, retryAfter: 7 }, 503, '7'],
    [{ kind: 'status', status: 429, retryAfter: 3 }, 429, '3'],
    [{ kind: 'outage', mode: 'unavailable', retryAfter: 9 }, 503, '9'],
  ] as const)('%o answers a bare status without effect', async (fault, status, retryAfter) => {
    bank.state.addFault(fault);
    const answer = await call();
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(effects()).toBe(0);
  });

  test.each([
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'lose-reply', as: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
  ] as const)('%o acts and loses the reply; the same again is refused (I2)', async (fault, code) => {
    bank.state.addFault({ ...fault, times: 1 });
    await expect(call(patience(code))).rejects.toMatchObject({ code });
    await expect.poll(effects).toBe(1);
    expect((await call()).fields.errCode).toBe(twice);
    expect(effects()).toBe(1);
  });

  test('what is processed late exists late: a question in between is 15', async () => {
    bank.state.addFault({ kind: 'process-late', afterMs: 600, times: 1 });
    const asked = service === 'verifyPayment' ? 'LT-1' : 'R-1';
    expect((await call()).status).toBe(504);
    expect((await caller.query(asked)).fields.errCode).toBe('15');
    await expect.poll(effects).toBe(1);
    expect((await caller.query(asked)).fields.errCode).toBe('00');
    expect(bank.state.counters.lateEffects).toBe(1);
  });

  test('malformed and off-schema answers, after the act unless told otherwise', async () => {
    bank.state.addFault({ kind: 'malformed', act: false, times: 1 });
    bank.state.addFault({ kind: 'off-schema', times: 1 });
    expect((await call()).fields).toEqual({});
    expect(effects()).toBe(0);
    expect((await call()).json).toEqual({ status: 'OK', payload: { accepted: true } });
    expect(effects()).toBe(1);
  });

  test('any code can be said, for one reference alone, and under a status', async () => {
    const code = service === 'verifyPayment' ? 'LT-1' : 'R-1';
    bank.state.addFault({ kind: 'reject', code: '50', message: 'Bảo trì', match: { code }, times: 1 });
    bank.state.addFault({ kind: 'business-status', status: 400, code: '14', match: { code } });
    expect((await call()).fields).toMatchObject({ errCode: '50', errDesc: 'Bảo trì' });
    const refused = await call();
    expect([refused.status, refused.fields.errCode]).toEqual([400, '14']);
    expect(effects()).toBe(0);
    expect((await caller.verify('LT-2')).fields.errCode).toBe('00');
  });

  test('two at once for one reference are an overlap (I3)', async () => {
    bank.state.addFault({ kind: 'delay', ms: 200 });
    const both = await Promise.all([call(), call()]);
    expect(both.map(({ fields }) => fields.errCode).sort()).toEqual(['00', twice].sort());
    expect(bank.state.counters).toMatchObject({ overlaps: 1, openNow: 0 });
    expect(effects()).toBe(1);
  });
});

test.each([
  [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
  [{ kind: 'hang' }, 'ABORT_ERR'],
  [{ kind: 'truncate' }, 'ECONNRESET'],
  [{ kind: 'lose-reply' }, 'ECONNRESET'],
] as const)('query: %o breaks off; verifyPayment is not touched', async (fault, code) => {
  bank.state.addFault({ ...fault, times: 1, match: { service: 'query' } });
  expect((await caller.verify('LT-1')).fields.errCode).toBe('00');
  await expect(caller.query('LT-1', patience(code))).rejects.toMatchObject({ code });
  expect((await caller.query('LT-1')).fields.TranStatus).toBe('28');
});

test('an outage refuses connections and ends by itself', async () => {
  bank.state.addFault({ kind: 'outage', forMs: 150 });
  await expect(caller.verify('LT-1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const reached = () => caller.query('LT-1').catch(() => undefined);
  await expect.poll(reached, { interval: 20 }).toBeDefined();
});

test('a page can fail too', async () => {
  const { fields } = await caller.verify('LT-1');
  bank.state.addFault({ kind: 'lose-reply', match: { service: 'page' } });
  await expect(caller.press(fields.redirectUrl, 'pay')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(bank.state.ledger.totals().takenVnd).toBe(50_000);
});
