import { afterEach, describe, expect, it } from 'vitest';
import { completed, drift, notSent, rejected, unknown } from '../../../adapters/adapter.ts';
import { type Bench, type BenchOptions, createBench, put } from '../../../test/kit/delivery/bench.ts';
import { type Statement, sql } from '../../store/engine.ts';

let bench: Bench;
/** Ten dossiers that wait together, so that they travel in one call when the portal comes. */
async function ten(behave: Bench['portal']['behave'], codes = 10, options: BenchOptions = {}): Promise<void> {
  bench = await createBench({ policy: { batchSize: 10 }, ...options });
  const held = await bench.start({ configured: false });
  const answers = Array.from({ length: codes }, (_, n) => held.accept(put(`D${n}`, 1)));
  await bench.idle();
  await Promise.all(answers);
  held.kill();
  bench.portal.behave = behave;
  await bench.start();
}
const sizes = () => bench.portal.sends().map((call) => call.keys.length);
const stateOf = async (code: string) => (await bench.states(code))[0];

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  await bench.close();
});

describe('a call that carries several dossiers', () => {
  it('delivers them together', async () => {
    await ten(() => ({ kind: 'ok' }));
    expect(sizes()).toEqual([10]);
    expect(bench.portal.shown.size).toBe(10);
    expect(await bench.rows('select count(*) as n from attempt where ended_at is not null')).toEqual([{ n: 10 }]);
  });

  it('a failure that names its item concerns that item alone', async () => {
    await ten(({ n }) =>
      n > 1
        ? { kind: 'ok' }
        : { kind: 'each', outcome: (key) => (key === 'D3' ? rejected('7', 'D3 is wrong') : completed(1)) },
    );
    expect(await stateOf('D3')).toBe('rejected');
    await bench.advance(10_000);
    expect(sizes()).toEqual([10]);
    expect(bench.portal.shown.size).toBe(9);
  });

  it('counts each that ended once, with its cause', async () => {
    await ten(({ n }) =>
      n > 1
        ? { kind: 'ok' }
        : { kind: 'each', outcome: (key) => (key === 'D3' ? rejected('7', 'D3 is wrong') : completed(1)) },
    );
    await bench.advance(10_000);
    const of = (state: string) => bench.counted.filter((each) => each.state === state);
    expect(of('rejected')).toEqual([{ system: 'national-portal', state: 'rejected', cause: 'rejected' }]);
    expect(of('delivered')).toHaveLength(9);
  });

  it('counts a doubt once, however often it is asked about', async () => {
    await ten(() => ({ kind: 'each', outcome: () => unknown('timeout') }), 1);
    await bench.advance(120_000);
    const doubts = await bench.rows<{ n: number }>(
      `select count(*) as n from journal j join exchange x on x.id = j.ref where j.to_state = 'uncertain'`,
    );
    // Asked about in vain it is in doubt again, which is no new doubt.
    expect(Number(doubts[0]?.n)).toBeGreaterThan(1);
    expect(bench.counted).toEqual([{ system: 'national-portal', state: 'uncertain', cause: 'timeout' }]);
  });

  it('a refusal that names nobody splits it, and only the bad one is refused', async () => {
    await ten(({ keys }) =>
      keys.includes('D3')
        ? keys.length > 1
          ? { kind: 'undivided', outcome: rejected('7', 'bad data') }
          : { kind: 'rejected' }
        : { kind: 'ok' },
    );
    await bench.advance(1_000);
    expect(sizes()).toEqual([10, ...Array(10).fill(1)]);
    expect(await stateOf('D3')).toBe('rejected');
    expect(bench.portal.shown.size).toBe(9);
    // Whoever was cleared by travelling alone is no suspect any more.
    expect(await bench.rows('select id from stream where suspect = 1')).toEqual([]);
  });

  it.each([
    ['an error of theirs', unknown('server-error')],
    ['an unreadable answer', unknown('unreadable')],
    ['an answer off the schema', drift('/result', 'array', 'text')],
    ['an error they ascribe to us', notSent('client-error')],
  ])('%s that one item may cause splits it too', async (_, outcome) => {
    await ten(({ keys }) =>
      keys.includes('D3')
        ? keys.length > 1
          ? { kind: 'undivided', outcome }
          : { kind: 'each', outcome: () => outcome }
        : { kind: 'ok' },
    );
    await bench.advance(10_000);
    expect(bench.portal.shown.size).toBe(9);
    expect(['retrying', 'uncertain']).toContain(await stateOf('D3'));
    expect(
      sizes()
        .slice(1)
        .every((size) => size === 1),
    ).toBe(true);
  });

  it('a suspect goes on travelling alone while nothing was answered to it', async () => {
    await ten(({ keys, n }) => {
      if (n === 1) return { kind: 'undivided', outcome: unknown('server-error') };
      return keys.includes('D3') && n < 30 ? { kind: 'not-sent', reason: 'connection-refused' } : { kind: 'ok' };
    });
    await bench.advance(60_000);
    expect(bench.portal.sends('D3').every((call, index) => index === 0 || call.keys.length === 1)).toBe(true);
  });

  it('what was left out of a refused call goes again, with nothing held against it', async () => {
    await ten(({ n }) =>
      n > 1
        ? { kind: 'ok' }
        : { kind: 'each', outcome: (key) => (key === 'D3' ? rejected('7', 'D3') : notSent('not-in-batch')) },
    );
    await bench.advance(1_000);
    expect(sizes()).toEqual([10, 9]);
    expect(bench.portal.shown.size).toBe(9);
  });

  it('one alone that is said to be left out is not sent again and again at once', async () => {
    await ten(() => ({ kind: 'each', outcome: () => notSent('not-in-batch') }), 1);
    await bench.advance(10_000);
    expect(sizes().length).toBeLessThan(20);
  });

  it('a whole outage opens the breaker, though no answer names anybody (I9)', async () => {
    await ten(() => ({ kind: 'undivided', outcome: unknown('server-error') }), 200, {
      override: { breaker: { minimumCalls: 10 } },
    });
    await bench.advance(2_000);
    expect(await bench.rows(`select breaker from lane where name = 'national-portal/command'`)).toEqual([
      { breaker: 'open' },
    ]);
    const asked = bench.portal.sends().length;
    await bench.advance(500);
    expect(bench.portal.sends().length).toBe(asked);
  });

  /** Two hundred that wait together and travel alone, as after an outage of whole batches, or a restore. */
  async function suspects(lane: NonNullable<BenchOptions['lane']>, beforeStart: () => void = () => {}) {
    bench = await createBench({ policy: { batchSize: 10 }, lane: { concurrency: 10, ...lane } });
    const held = await bench.start({ configured: false });
    const answers = Array.from({ length: 200 }, (_, n) => held.accept(put(`D${n}`, 1)));
    await bench.idle();
    await Promise.all(answers);
    held.kill();
    await bench.engine.batch([sql('update stream set suspect = 1')]);
    beforeStart();
    return bench.start();
  }

  it.each([
    { ratePerSecond: 5, burst: 10 },
    { ratePerSecond: 5, burst: 1 },
    { ratePerSecond: 1, burst: 10 },
  ])('no more calls go out than the rate allows, however they are split: %o', async (lane) => {
    const { ratePerSecond, burst } = lane;
    await suspects(lane);
    for (let second = 1; second <= 60; second++) {
      await bench.advance(1_000);
      const calls = bench.portal.sends().length;
      expect(calls).toBeLessThanOrEqual(burst + ratePerSecond * second);
      expect(calls).toBeGreaterThanOrEqual(Math.min(200, ratePerSecond * (second - 1)));
    }
    await bench.advance(200_000);
    expect(bench.portal.sends().length).toBe(200);
    expect(bench.portal.shown.size).toBe(200);
  });

  it.each([
    ['a pause', `paused_reason = 'night', paused_by = 'operator-1'`],
    ['an open breaker', `breaker = 'open', open_ms = 60000, open_until = {now} + 60000`],
    ['being told to wait', 'not_before = {now} + 60000'],
  ])('what waits to be paid for is given back at %s, and nothing of it is held against it', async (_, held) => {
    await suspects({ ratePerSecond: 1, burst: 10 });
    await bench.advance(2_000);
    await bench.engine.batch([sql(`update lane set ${held} where name = 'national-portal/command'`)]);
    const calls = bench.portal.sends().length;
    await bench.advance(2_000);
    expect(bench.portal.sends().length - calls).toBeLessThanOrEqual(60);
    expect(await bench.rows('select count(*) as n from stream where owner is not null')).toEqual([{ n: 0 }]);
    expect(await bench.rows(`select distinct state, attempts from exchange where state <> 'delivered'`)).toEqual([
      { state: 'pending', attempts: 0 },
    ]);
  });

  it('calls that end together are settled in one commit, and no more than the lane allows are on the wire', async () => {
    let settlements = 0;
    const count = (statements: readonly Statement[]): boolean => {
      if (statements.some(({ sql: text }) => text.includes('update call set ended_at'))) settlements += 1;
      return false;
    };
    await suspects({ ratePerSecond: 1000, burst: 1000 }, () => {
      bench.portal.behave = ({ n }) => ({ kind: 'ok', delayMs: 1 + (n % 10) });
      bench.breakStore(new Error('never thrown'), count);
    });
    for (let n = 0; n < 20; n++) await bench.advance(100);
    expect(bench.portal.sends().length).toBe(200);
    expect(bench.portal.shown.size).toBe(200);
    expect(bench.portal.mostOpen).toBeLessThanOrEqual(10);
    expect(settlements).toBeGreaterThan(0);
    expect(settlements).toBeLessThanOrEqual(60);
    expect(await bench.rows('select count(*) as n from call where ended_at is null')).toEqual([{ n: 0 }]);
  });

  it('an adapter that answers for fewer than it was given leaves the rest unknown', async () => {
    await ten(({ n, keys }) =>
      n > 1 ? { kind: 'ok' } : { kind: 'each', outcome: (key) => (key === keys[0] ? completed(1) : undefined) },
    );
    await bench.advance(20_000);
    expect(bench.portal.shown.size).toBe(10);
  });
});
