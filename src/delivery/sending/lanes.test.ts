import { afterEach, describe, expect, it } from 'vitest';
import { completed } from '../../../adapters/adapter.ts';
import { memorySessions } from '../../../adapters/kit/memory-sessions.ts';
import { type Bench, createBench, type Process, put } from '../../../test/kit/delivery/bench.ts';
import { plainVault } from '../../../test/kit/delivery/plain-vault.ts';
import { platformOf, seeded } from '../../../test/kit/delivery/virtual-clock.ts';
import { scriptedPortal } from '../../../test/kit/portal.ts';
import { createSystems } from '../systems.ts';
import { pauseLanes, resumeLanes } from './lanes.ts';
import { createQueries, type QueryAnswer } from './query.ts';

let bench: Bench;
let gateway: Process;
const breaker = {
  windowMs: 10_000,
  minimumCalls: 6,
  minimumKeys: 3,
  failureRatio: 0.5,
  openMs: 2_000,
  maxOpenMs: 16_000,
};
const refused = { kind: 'not-sent', reason: 'connection-refused' } as const;

async function hand(count: number, from = 0): Promise<void> {
  const answers = Array.from({ length: count }, (_, n) =>
    gateway.accept(put(`D${String(from + n).padStart(3, '0')}`, 1)),
  );
  await bench.idle();
  await Promise.all(answers);
}
const lane = async () => {
  const [row] = await bench.rows<{ breaker: string; open_ms: number; rate: number; paused_reason: string | null }>(
    `select breaker, open_ms, rate, paused_reason from lane where name = 'national-portal/command'`,
  );
  return row;
};

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  await bench.close();
});

describe('the breaker', () => {
  it('opens, lets one probe through at a time, doubles, and closes when one goes through', async () => {
    bench = await createBench({ lane: { breaker, concurrency: 4 }, policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = () => refused;
    await hand(20);
    await bench.advance(500);
    expect(await lane()).toMatchObject({ breaker: 'open', open_ms: 2_000 });
    const before = bench.portal.calls.length;
    await bench.advance(2_500);
    expect(bench.portal.calls.length).toBe(before + 1);
    expect(await lane()).toMatchObject({ breaker: 'open', open_ms: 4_000 });
    await bench.advance(4_500);
    expect(bench.portal.calls.length).toBe(before + 2);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(10_000);
    expect(await lane()).toMatchObject({ breaker: 'closed', open_ms: 0 });
    expect(bench.portal.shown.size).toBe(20);
  });

  it('probes never earlier than they asked for', async () => {
    bench = await createBench({ lane: { breaker, concurrency: 4 }, policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'not-sent', reason: 'unavailable', retryAfterMs: 9_000 });
    await hand(20);
    await bench.advance(500);
    const before = bench.portal.calls.length;
    await bench.advance(8_000);
    expect(bench.portal.calls.length).toBe(before);
  });

  it('is not opened by one dossier that always fails', async () => {
    bench = await createBench({ lane: { breaker }, policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = ({ keys }) => (keys.includes('D000') ? refused : { kind: 'ok' });
    await hand(1);
    await bench.advance(5_000);
    expect(bench.portal.calls.length).toBeGreaterThan(20);
    expect(await lane()).toMatchObject({ breaker: 'closed' });
  });

  it('is not opened by what they say no to', async () => {
    bench = await createBench({ lane: { breaker } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'rejected' });
    await hand(30);
    await bench.advance(1_000);
    expect(await lane()).toMatchObject({ breaker: 'closed' });
  });

  it('is not opened by requests that they do not take: an answer came', async () => {
    bench = await createBench({ lane: { breaker }, policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'not-sent', reason: 'client-error' });
    await hand(30);
    await bench.advance(2_000);
    expect(bench.portal.calls.length).toBeGreaterThan(30);
    expect(await lane()).toMatchObject({ breaker: 'closed' });
  });

  it('is opened by unknown outcomes, and a stopped probe does not keep it open for ever', async () => {
    bench = await createBench({ lane: { breaker, concurrency: 2 }, policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'lost', acted: true });
    await hand(20);
    await bench.advance(500);
    expect(await lane()).toMatchObject({ breaker: 'open' });
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 500 });
    // The process dies in the middle of its probe; another one finds the lane open and probes again.
    while ((bench.portal.calls.at(-1)?.endedAt ?? 0) > 0) await bench.advance(100);
    gateway.kill();
    gateway = await bench.start();
    await bench.advance(40_000);
    expect(await lane()).toMatchObject({ breaker: 'closed' });
    expect(bench.portal.shown.size).toBe(20);
  });

  it('I9: of the commands holds back no question, and the one of the questions no command', async () => {
    bench = await createBench({ lane: { breaker, concurrency: 2 } });
    gateway = await bench.start();
    const ask = asking();
    await gateway.lanes.open('national-portal/command', 'test', 60_000);
    await hand(3);
    await bench.advance(1_000);
    expect(await ask()).toEqual(completed('there'));
    expect(bench.portal.calls).toEqual([]);

    await gateway.lanes.open('national-portal/query', 'test', 600_000);
    await bench.advance(60_000);
    expect(await ask()).toMatchObject({ kind: 'held', why: 'breaker-open' });
    expect(bench.portal.shown.size).toBe(3);
    expect(await lane()).toMatchObject({ breaker: 'closed' });
  });
});

/** Puts a question to the bench's portal, in the lane of the queries. */
function asking(): () => Promise<QueryAnswer> {
  const title = { vi: 'Cổng', en: 'Portal' };
  const adapter = scriptedPortal({ 'list-fields': () => completed('there') });
  const queries = createQueries({
    engine: bench.engine,
    platform: platformOf(bench.clock, seeded(2)),
    systems: createSystems([{ name: 'national-portal', title, adapter, override: undefined }]),
    lanes: gateway.lanes,
    vault: plainVault(),
    transport: { send: () => Promise.reject(new Error('no wire in this test')) },
    sessions: memorySessions,
    observer: { call: () => {}, settled: () => {}, notice: () => {} },
    owner: 'asking',
  });
  return () =>
    queries.run('national-portal', 'list-fields', {}, { signal: new AbortController().signal, patienceMs: 0 });
}

describe('pacing', () => {
  it('keeps the rate and the number of open calls, for all processes together', async () => {
    bench = await createBench({ lane: { ratePerSecond: 10, burst: 5, concurrency: 3 } });
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 150 });
    gateway = await bench.start();
    await bench.start();
    const startedAt = bench.clock.now;
    await hand(100);
    for (let second = 1; second <= 8; second++) {
      await bench.advance(1_000);
      const calls = bench.portal.calls.length;
      expect(calls).toBeLessThanOrEqual(5 + 10 * ((bench.clock.now - startedAt) / 1_000));
    }
    expect(bench.portal.mostOpen).toBeLessThanOrEqual(3);
    // The limit is used and not merely kept.
    expect(bench.portal.calls.length).toBeGreaterThan(65);
  });

  it('spends nothing on room that was not used', async () => {
    bench = await createBench({ lane: { ratePerSecond: 10, burst: 5, concurrency: 3 }, policy: { batchSize: 10 } });
    gateway = await bench.start();
    await hand(200);
    await bench.advance(2_500);
    expect(bench.portal.shown.size).toBe(200);
  });

  it('429 lowers the rate once for all that heard it, keeps silence, and climbs back, also after a restart', async () => {
    bench = await createBench({ lane: { ratePerSecond: 64, burst: 8, concurrency: 8, breaker } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'not-sent', reason: 'rate-limited', retryAfterMs: 10_000, delayMs: 10 });
    await hand(8);
    await bench.advance(100);
    expect(await lane()).toMatchObject({ rate: 32, breaker: 'closed' });
    bench.portal.behave = () => ({ kind: 'ok' });
    const before = bench.portal.calls.length;
    await hand(40, 100);
    await bench.advance(9_000);
    expect(bench.portal.calls.length).toBe(before);
    gateway.kill();
    gateway = await bench.start();
    await bench.advance(20_000);
    expect(bench.portal.shown.size).toBe(48);
    expect(await lane()).toMatchObject({ rate: 64 });
  });

  it('gives a share to the oldest even when there is room for one at a time', async () => {
    bench = await createBench({ lane: { ratePerSecond: 10, burst: 1, concurrency: 1 } });
    gateway = await bench.start({ configured: false });
    await hand(1, 999);
    gateway.kill();
    gateway = await bench.start();
    // A stream of fresh dossiers, more than the lane can take, whose names sort before the old one.
    for (let n = 0; n < 30 && !bench.portal.shown.has('D999'); n++) {
      await hand(4, n * 4);
      await bench.advance(200);
    }
    expect(bench.portal.shown.has('D999')).toBe(true);
  });

  it('sends nothing in announced downtime and goes on after it', async () => {
    // The bench's clock begins at 09:00 in Vietnam.
    bench = await createBench({ lane: { downtime: [{ days: [], from: '09:00', to: '10:30' }] } });
    gateway = await bench.start();
    await hand(2);
    await bench.advance(89 * 60_000);
    expect(bench.portal.calls).toEqual([]);
    await bench.advance(2 * 60_000);
    expect(bench.portal.shown.size).toBe(2);
  });

  it('sends nothing while paused', async () => {
    bench = await createBench();
    gateway = await bench.start();
    await bench.engine.batch([pauseLanes('national-portal', 'operator', 'maintenance')]);
    await hand(2);
    await bench.advance(60_000);
    expect(bench.portal.calls).toEqual([]);
    await bench.engine.batch([resumeLanes('national-portal')]);
    await bench.advance(1_000);
    expect(bench.portal.shown.size).toBe(2);
  });
});

describe('a refused login', () => {
  const no = { kind: 'not-sent', reason: 'login-refused' } as const;

  it('pauses the credential at the second answered no, and not at the calls that waited for the first', async () => {
    bench = await createBench({ policy: { scheduleMs: [1_000] } });
    gateway = await bench.start();
    // One login for many callers: only its own caller is told that it was refused.
    bench.portal.behave = ({ n }) => (n === 1 ? no : { kind: 'not-sent', reason: 'login-failed' });
    await hand(8);
    expect((await lane())?.paused_reason).toBeNull();
    bench.portal.behave = ({ n }) => (n === 9 ? no : { kind: 'not-sent', reason: 'login-failed' });
    await bench.advance(5_000);
    expect((await lane())?.paused_reason).toBe('credential-refused');
    const calls = bench.portal.calls.length;
    await bench.advance(60_000);
    expect(bench.portal.calls.length).toBe(calls);
  });

  it('is forgotten once a login works', async () => {
    bench = await createBench({ policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    for (let round = 0; round < 4; round++) {
      let first = true;
      bench.portal.behave = () => {
        if (!first) return { kind: 'ok' };
        first = false;
        return no;
      };
      await hand(1, round);
      await bench.advance(2_000);
    }
    expect((await lane())?.paused_reason).toBeNull();
    expect(bench.portal.shown.size).toBe(4);
  });
});
