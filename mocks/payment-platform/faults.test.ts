import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type RunningPlatform, startPlatform } from './server.ts';
import { PlatformCaller } from './test-client.ts';

let platform: RunningPlatform;
let caller: PlatformCaller;

beforeEach(async () => {
  platform = await startPlatform();
  caller = new PlatformCaller(platform);
});
afterEach(() => platform.close());

/** Where silence is expected the caller gives up; elsewhere a slow machine must not look like silence. */
const patience = (code: string): number | undefined => (code === 'ABORT_ERR' ? 150 : undefined);
const held = () => platform.state.ledger.totals().transactions;

/** A paid transaction, so that every message has its full answer. */
async function paid(reference: string): Promise<void> {
  await caller.init(reference);
  const transaction = platform.state.ledger.get(reference);
  if (transaction !== undefined) platform.state.act(transaction, { act: 'pay' });
}

describe('INIT', () => {
  test.each([
    [{ kind: 'reset-before-reading' }, 'ECONNRESET'],
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'outage', mode: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks off without effect', async (fault, code) => {
    platform.state.addFault({ ...fault, times: 1 });
    await expect(caller.init('LT-1', {}, patience(code))).rejects.toMatchObject({ code });
    expect(held()).toBe(0);
    expect((await caller.init('LT-1')).json.MaLoi).toBe('00');
  });

  test.each([
    [{ kind: 'status', status: 500 }, 500, undefined],
    [{ kind: 'status', status: 503, retryAfter: 7 }, 503, '7'],
    [{ kind: 'status', status: 429, retryAfter: 3 }, 429, '3'],
    [{ kind: 'outage', mode: 'unavailable', retryAfter: 9 }, 503, '9'],
  ] as const)('%o answers a bare status without effect', async (fault, status, retryAfter) => {
    platform.state.addFault(fault);
    const answer = await caller.init('LT-1');
    expect([answer.status, answer.headers['retry-after']]).toEqual([status, retryAfter]);
    expect(held()).toBe(0);
  });

  test.each([
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'lose-reply', as: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
  ] as const)('%o acts and loses the reply; the same again is 116 (I2)', async (fault, code) => {
    platform.state.addFault({ ...fault, times: 1 });
    await expect(caller.init('LT-1', {}, patience(code))).rejects.toMatchObject({ code });
    await expect.poll(held).toBe(1);
    expect((await caller.init('LT-1')).json.MaLoi).toBe('116');
    expect(platform.state.ledger.totals()).toMatchObject({ inits: 1, duplicatesRefused: 1 });
  });

  test('what is processed late exists late: a question in between is 104', async () => {
    platform.state.addFault({ kind: 'process-late', afterMs: 600, times: 1 });
    expect((await caller.init('LT-1')).status).toBe(504);
    expect((await caller.query('LT-1')).json.MaLoi).toBe('104');
    await expect.poll(held).toBe(1);
    expect((await caller.query('LT-1')).json).toMatchObject({ MaLoi: '00', TrangThaiGD: '3' });
    expect(platform.state.counters.lateEffects).toBe(1);
  });

  test('a caller that gives up does not stop the platform', async () => {
    platform.state.addFault({ kind: 'delay', ms: 400, times: 1 });
    await expect(caller.init('LT-1', {}, 150)).rejects.toMatchObject({ code: 'ABORT_ERR' });
    await expect.poll(held).toBe(1);
  });

  test('any code can be said, for one reference alone, and under a status', async () => {
    platform.state.addFault({ kind: 'reject', code: '96', message: 'Bảo trì', match: { code: 'LT-2' }, times: 1 });
    platform.state.addFault({ kind: 'business-status', status: 400, code: '06', match: { code: 'LT-2' } });
    expect((await caller.init('LT-1')).json.MaLoi).toBe('00');
    expect((await caller.init('LT-2')).json).toMatchObject({ MaLoi: '96', MoTaLoi: 'Bảo trì', MaThamChieu: 'LT-2' });
    const refused = await caller.init('LT-2');
    expect([refused.status, refused.json.MaLoi]).toEqual([400, '06']);
    expect(held()).toBe(1);
  });

  test('two at once for one reference are an overlap (I3)', async () => {
    platform.state.addFault({ kind: 'delay', ms: 200 });
    const both = await Promise.all([caller.init('LT-1'), caller.init('LT-1')]);
    expect(both.map(({ json }) => json.MaLoi).sort()).toEqual(['00', '116']);
    expect(platform.state.counters).toMatchObject({ overlaps: 1, openNow: 0, inits: 1 });
  });
});

describe.each(['QUERY', 'GET_BILL'] as const)('%s', (service) => {
  const ask = (timeoutMs?: number) =>
    service === 'QUERY' ? caller.query('LT-1', {}, timeoutMs) : caller.bill('LT-1', {}, timeoutMs);
  beforeEach(() => paid('LT-1'));

  test.each([
    [{ kind: 'reset-before-acting' }, 'ECONNRESET'],
    [{ kind: 'hang' }, 'ABORT_ERR'],
    [{ kind: 'delay', ms: 400 }, 'ABORT_ERR'],
    [{ kind: 'truncate' }, 'ECONNRESET'],
    [{ kind: 'lose-reply' }, 'ECONNRESET'],
    [{ kind: 'process-late', afterMs: 1, answer: 'reset' }, 'ECONNRESET'],
  ] as const)('%o breaks off; INIT is not touched', async (fault, code) => {
    platform.state.addFault({ ...fault, times: 1, match: { service } });
    expect((await caller.init('LT-2')).json.MaLoi).toBe('00');
    await expect(ask(patience(code))).rejects.toMatchObject({ code });
    expect((await ask()).status).toBe(200);
  });

  test('malformed, off-schema and bare answers', async () => {
    platform.state.addFault({ kind: 'malformed', times: 1 });
    platform.state.addFault({ kind: 'off-schema', times: 1 });
    platform.state.addFault({ kind: 'status', status: 503, retryAfter: 1, times: 1 });
    expect((await ask()).json).toBeUndefined();
    expect((await ask()).json).toEqual({ status: 'OK', payload: { accepted: true } });
    expect((await ask()).status).toBe(503);
  });
});

test('an outage refuses connections and ends by itself', async () => {
  platform.state.addFault({ kind: 'outage', forMs: 150 });
  await expect(caller.init('LT-1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const reached = () => caller.query('LT-1').catch(() => undefined);
  await expect.poll(reached, { interval: 20 }).toBeDefined();
});

test('a page can fail too', async () => {
  const { json } = await caller.init('LT-1');
  platform.state.addFault({ kind: 'lose-reply', match: { service: 'page' } });
  await expect(caller.press(String(json.UrlThanhToan), 'pay')).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(platform.state.ledger.totals().takenVnd).toBe(50_000);
});
