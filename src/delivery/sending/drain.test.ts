import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, type BenchOptions, createBench, type Process, put } from '../../../test/kit/delivery/bench.ts';
import { StoreUnavailable } from '../../store/engine.ts';

let bench: Bench;
let gateway: Process;
const CODES = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6'];

async function begin(options: BenchOptions = {}): Promise<void> {
  bench = await createBench(options);
  gateway = await bench.start({ background: false });
  for (const code of CODES) {
    const accepted = gateway.accept(put(code, 1));
    await bench.idle();
    await accepted;
  }
}
/** Drains for so long, while time passes as far as it must. */
async function drain(ms: number): Promise<boolean> {
  const deadline = bench.clock.now + ms;
  let over = false;
  const drained = gateway.dispatcher.drain(deadline).finally(() => {
    over = true;
  });
  for (await bench.idle(); !over; await bench.idle()) bench.clock.step(deadline + 60_000);
  return drained;
}
const owned = () => bench.rows('select id from stream where owner is not null');
const openAttempts = () => bench.rows('select exchange from attempt where ended_at is null');

beforeEach(() => {
  gateway = undefined as never;
});
afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  await bench.close();
});

describe('a drain', () => {
  it('sends what is due, and nothing of it goes on afterwards', async () => {
    await begin();
    expect(await drain(10_000)).toBe(true);
    expect(bench.portal.shown.size).toBe(CODES.length);
    const late = gateway.accept(put('D7', 1));
    await bench.advance(60_000);
    await late;
    expect(bench.portal.shown.has('D7')).toBe(false);
    expect(await drain(10_000)).toBe(true);
    expect(bench.portal.shown.has('D7')).toBe(true);
  });

  it('is over when what failed is not due yet, and sends it the next time', async () => {
    await begin();
    bench.portal.behave = () => ({ kind: 'not-sent', reason: 'unavailable' });
    expect(await drain(10_000)).toBe(true);
    expect(bench.portal.shown.size).toBe(0);
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.advance(60_000);
    for (let n = 0; n < 10 && bench.portal.shown.size < CODES.length; n++) {
      await drain(10_000);
      await bench.advance(5_000);
    }
    expect(bench.portal.shown.size).toBe(CODES.length);
  });

  it('begins no call that may not end before its deadline, holds nothing, and says that more is to do', async () => {
    await begin({ lane: { concurrency: 1 } });
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 900 });
    const deadline = bench.clock.now + 3_000;
    expect(await drain(3_000)).toBe(false);
    expect(bench.clock.now).toBeLessThanOrEqual(deadline);
    for (const call of bench.portal.calls) expect(call.at).toBeLessThanOrEqual(deadline - 1_000);
    expect(bench.portal.calls.length).toBeGreaterThan(0);
    expect([await owned(), await openAttempts()]).toEqual([[], []]);
    expect(await drain(600_000)).toBe(true);
    expect(bench.portal.shown.size).toBe(CODES.length);
  });

  it('I3: aborts what does not come back by its deadline: an unknown with its quiet time', async () => {
    await begin();
    bench.portal.behave = ({ keys }) => (keys.includes('D1') ? { kind: 'hangs' } : { kind: 'ok' });
    const began = bench.clock.now;
    expect(await drain(3_000)).toBe(false);
    expect(bench.clock.now - began).toBeLessThan(10_000);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    expect(await bench.states('D2')).toEqual(['delivered']);
    expect([await owned(), await openAttempts()]).toEqual([[], []]);
  });

  it('waits for tokens within its time, and no longer', async () => {
    await begin({ lane: { ratePerSecond: 1, burst: 1 } });
    expect(await drain(3_500)).toBe(false);
    const sent = bench.portal.shown.size;
    expect(sent).toBeGreaterThan(1);
    expect(sent).toBeLessThan(CODES.length);
    expect(await owned()).toEqual([]);
    expect(await drain(60_000)).toBe(true);
    expect(bench.portal.shown.size).toBe(CODES.length);
  });

  it('ends where the store fails, which is told', async () => {
    await begin();
    bench.breakStore(new StoreUnavailable('disk full'));
    expect(await drain(10_000)).toBe(false);
    expect(bench.notices.map(({ message }) => message)).toContain('a lane could not work on');
    bench.breakStore(undefined);
    expect(await drain(10_000)).toBe(true);
    expect(bench.portal.shown.size).toBe(CODES.length);
  });

  it('takes over what another process left, once its lease has ended', async () => {
    await begin();
    bench.portal.behave = () => ({ kind: 'ok' });
    await bench.engine.batch([
      {
        sql: `update stream set owner = 'lost', lease_until = ?1 where key = 'D1'`,
        params: [bench.clock.now + 30_000],
      },
    ]);
    expect(await drain(10_000)).toBe(true);
    expect(await bench.states('D1')).toEqual(['pending']);
    await bench.advance(30_001);
    expect(await drain(10_000)).toBe(true);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('is refused where the dispatcher works in the background', async () => {
    bench = await createBench();
    gateway = await bench.start();
    await expect(gateway.dispatcher.drain(bench.clock.now + 1_000)).rejects.toThrow('background');
  });
});
