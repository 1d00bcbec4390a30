import { afterEach, describe, expect, it } from 'vitest';
import { completed, notSent } from '../../../adapters/adapter.ts';
import { type Bench, createBench, type Process, put, stepOf } from '../../../test/kit/delivery/bench.ts';
import { StoreUnavailable, sql } from '../../store/engine.ts';

let bench: Bench;
let gateway: Process;
const marks = (code = 'D1') => bench.portal.sends(code).flatMap((call) => call.marks);

async function hand(...[code, mark, more]: Parameters<typeof put>) {
  const answer = gateway.accept(put(code, mark, more));
  await bench.idle();
  return answer;
}
const stream = async (code = 'D1') =>
  (
    await bench.rows<{
      owner: string | null;
      doubt: number;
      parked_reason: string | null;
      parked_until: number | null;
      quiet_until: number;
    }>(`select owner, doubt, parked_reason, parked_until, quiet_until from stream where key = ?1`, code)
  )[0];

afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  expect(bench.portal.regressions).toEqual([]);
  expect(
    await bench.rows('select id from call where ended_at is null and started_at < ?1', bench.clock.now - 60_000),
  ).toEqual([]);
  await bench.close();
});

describe('a process that is killed', () => {
  it('I3: in the middle of a send leaves an unknown with its quiet time, never a straight second send', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => ({ kind: 'ok', ...(n === 1 && { delayMs: 4_000 }) });
    await hand('D1', 1);
    await bench.advance(500);
    gateway.kill();
    gateway = await bench.start();
    expect(await bench.states('D1')).toEqual(['uncertain']);
    await hand('D1', 2);
    await bench.advance(4_000);
    expect(marks()).toEqual([1]);
    await bench.advance(4_000);
    expect(marks()).toEqual([1, 2]);
    expect(await bench.states('D1')).toEqual(['superseded', 'delivered']);
    expect(bench.portal.lookups.length).toBe(1);
  });

  it('before its claim, and the record of its call with it, was written leaves plain waiting', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.breakStore(new StoreUnavailable('disk full'), (statements) =>
      statements.some(({ sql }) => sql.startsWith('insert into call ')),
    );
    await hand('D1', 1);
    expect(bench.portal.calls).toEqual([]);
    expect(await bench.states('D1')).toEqual(['pending']);
    expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
    gateway.kill();
    bench.breakStore(undefined);
    gateway = await bench.start();
    await bench.advance(100);
    expect(marks()).toEqual([1]);
    expect(bench.portal.lookups).toEqual([]);
  });

  it('leaves its leases to the sweep of another that did not start after it', async () => {
    bench = await createBench();
    gateway = await bench.start();
    const other = await bench.start();
    bench.portal.behave = ({ n }) => ({ kind: 'ok', ...(n === 1 && { delayMs: 900 }) });
    await hand('D1', 1);
    gateway.kill();
    gateway = other;
    await bench.advance(10_000);
    expect(await bench.states('D1')).toEqual(['sending']);
    await bench.advance(20_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(marks()).toEqual([1, 1]);
    expect(bench.portal.sends('D1')[1]?.at).toBeGreaterThanOrEqual((bench.portal.calls[0]?.at ?? 0) + 5_000);
  });

  it('I3: that comes back from a long sleep settles nothing any more', async () => {
    bench = await createBench({ policy: { quietMs: 1_000 } });
    gateway = await bench.start();
    const asleep = gateway;
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'hangs', delayMs: 1 } : { kind: 'ok' });
    await hand('D1', 1);
    // Another process finds the lease ended before this one wakes up.
    await bench.engine.batch([sql('update stream set lease_until = {now} - 1')]);
    gateway = await bench.start();
    expect(await bench.states('D1')).toEqual(['uncertain']);
    const before = await bench.rows('select state, cause, settled_at from exchange');
    await bench.advance(0);
    expect(await bench.rows('select state, cause, settled_at from exchange')).toEqual(before);
    asleep.kill();
  });
});

describe('a settlement that comes too late', () => {
  it('is refused under an older epoch and changes nothing', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'rejected', delayMs: 900 } : { kind: 'ok', delayMs: 900 });
    await hand('D1', 1);
    await bench.advance(100);
    // Its lease was taken and given on while the portal thought about it.
    await bench.engine.batch([sql('update stream set epoch = epoch + 1')]);
    await bench.advance(1_000);
    expect(await bench.states('D1')).toEqual(['sending']);
    expect(bench.notices.some(({ message }) => message.includes('late settlement'))).toBe(true);
    await bench.engine.batch([sql('update stream set epoch = epoch - 1')]);
    await bench.advance(30_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('an adapter that does not come back is given up before its lease ends', async () => {
    bench = await createBench({ lane: { concurrency: 1 } });
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'hangs', delayMs: 1 } : { kind: 'ok' });
    await hand('D1', 1);
    await bench.advance(14_000);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    await hand('D2', 1);
    await bench.advance(1_000);
    expect(bench.portal.mark('D2')).toBe(1);
  });

  it('I1: a store that cannot write for a moment is waited for', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 100 });
    await hand('D1', 1);
    bench.breakStore(new StoreUnavailable('disk full'));
    await bench.advance(1_000);
    bench.breakStore(undefined);
    await bench.advance(3_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(marks()).toEqual([1]);
  });

  it('I1: one that cannot for long loses nothing: the lease ends and the state is sent again', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 100 });
    await hand('D1', 1);
    bench.breakStore(new StoreUnavailable('disk full'));
    await bench.advance(60_000);
    expect(await bench.states('D1')).toEqual(['sending']);
    bench.breakStore(undefined);
    await bench.advance(30_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(bench.portal.lookups.length).toBe(1);
  });
});

describe('a process that is stopped', () => {
  it('finishes what is open and gives back the rest', async () => {
    bench = await createBench({ lane: { concurrency: 2 } });
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 800 });
    const answers = ['D1', 'D2', 'D3', 'D4'].map((code) => gateway.accept(put(code, 1)));
    await bench.idle();
    await Promise.all(answers);
    const stopped = gateway.dispatcher.stop(5_000);
    await bench.advance(6_000);
    await stopped;
    const states = (await bench.rows<{ state: string }>('select state from exchange order by id')).map(
      ({ state }) => state,
    );
    expect(states.filter((state) => state === 'delivered').length).toBe(2);
    expect(states.filter((state) => state === 'pending').length).toBe(2);
    expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
    const calls = bench.portal.calls.length;
    await bench.advance(60_000);
    expect(bench.portal.calls.length).toBe(calls);
  });
});

describe('after a restore', () => {
  /** What waits is marked as doubtful, as the restore does. */
  async function restored(look: Bench['portal']['look'], more: Parameters<typeof put>[2] = {}): Promise<void> {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    await hand('D1', 2, more);
    gateway.kill();
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    bench.portal.look = look;
    gateway = await bench.start();
    await bench.advance(500);
  }

  it('absent: it is sent', async () => {
    await restored(() => completed('absent'));
    expect(marks()).toEqual([2]);
    expect(await bench.states('D1')).toEqual(['delivered']);
  });

  it('I2: matching: it is settled, and nothing of it leaves', async () => {
    await restored(() => completed('matches'), { steps: [stepOf(1)] });
    expect(marks()).toEqual([]);
    expect((await bench.states('D1'))[0]).toBe('delivered');
    expect(bench.portal.sends('D1', 'sync-progress').length).toBe(1);
  });

  it('different: nothing older is pushed over it; a fresh snapshot is asked for, and sent', async () => {
    await restored(() => completed('differs'));
    expect(marks()).toEqual([]);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    expect(await stream()).toMatchObject({ parked_reason: 'snapshot-requested', doubt: 'ask-first' });
    expect(await bench.rows('select type, ref from event')).toEqual([
      { type: 'dossier.snapshot-requested', ref: 'D1' },
    ]);
    await bench.advance(60_000);
    expect(marks()).toEqual([]);
    await hand('D1', 3);
    await bench.advance(1_000);
    expect(marks()).toEqual([3]);
    expect(await bench.states('D1')).toEqual(['superseded', 'delivered']);
    expect(await stream()).toMatchObject({ parked_reason: null, parked_until: null, doubt: 'none' });
  });

  it('I2: the status of an earlier version is not taken for the delivery of the next one', async () => {
    bench = await createBench();
    gateway = await bench.start();
    await hand('D1', 1);
    await bench.advance(500);
    gateway.kill();
    gateway = await bench.start({ configured: false });
    await hand('D1', 2);
    gateway.kill();
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    bench.portal.look = () => completed('matches');
    gateway = await bench.start();
    await bench.advance(60_000);
    expect(marks()).toEqual([1]);
    expect(await bench.states('D1')).toEqual(['delivered', 'uncertain']);
    expect(await stream()).toMatchObject({ parked_reason: 'snapshot-requested' });
    await expect(hand('D1', 2)).resolves.toMatchObject({ kind: 'accepted' });
    await bench.advance(1_000);
    expect(marks()).toEqual([1, 2]);
    expect(await bench.states('D1')).toEqual(['delivered', 'superseded', 'delivered']);
  });

  it('the same snapshot handed over again is an answer to that: it is the newest there is, and sent', async () => {
    await restored(() => completed('differs'));
    await expect(hand('D1', 2)).resolves.toMatchObject({ kind: 'accepted' });
    await bench.advance(1_000);
    expect(marks()).toEqual([2]);
    expect(await bench.states('D1')).toEqual(['superseded', 'delivered']);
    await expect(hand('D1', 2)).resolves.toMatchObject({ kind: 'unchanged' });
  });

  it('a fresh snapshot that comes while it is being asked about is what was wanted', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    await hand('D1', 2);
    gateway.kill();
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    bench.portal.look = () => bench.clock.wait(500).then(() => completed('differs'));
    gateway = await bench.start();
    await bench.advance(100);
    expect(bench.portal.lookups.length).toBe(1);
    await hand('D1', 3);
    await bench.advance(3_000);
    expect(marks()).toEqual([3]);
    expect(await stream()).toMatchObject({ parked_reason: null });
    expect(await bench.rows(`select id from event where type = 'dossier.snapshot-requested'`)).toEqual([]);
  });

  it('cannot be asked: nothing is sent until it can, with waits that grow', async () => {
    await restored(() => notSent('unavailable'));
    await bench.advance(60_000);
    expect(marks()).toEqual([]);
    expect(bench.portal.lookups.length).toBeLessThan(60);
    bench.portal.look = () => completed('absent');
    await bench.advance(10_000);
    expect(marks()).toEqual([2]);
  });

  it('what was under way when the backup was made is asked about first too', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => ({ kind: 'ok', ...(n === 1 && { delayMs: 900 }) });
    await hand('D1', 2);
    gateway.kill();
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    bench.portal.look = () => completed('differs');
    gateway = await bench.start();
    await bench.advance(60_000);
    expect(marks()).toEqual([2]);
    expect(await stream()).toMatchObject({ parked_reason: 'snapshot-requested' });
  });

  it('with an open breaker the question is the probe', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    for (const code of ['D1', 'D2', 'D3']) await hand(code, 1);
    gateway.kill();
    gateway = await bench.start({ configured: false });
    await gateway.lanes.add([
      {
        system: 'national-portal',
        class: 'command',
        policy: { ratePerSecond: 100, burst: 100, concurrency: 4, breaker: {} as never, downtime: [] },
      },
    ]);
    await gateway.lanes.open('national-portal/command', 'test', 2_000);
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    gateway.kill();
    bench.portal.look = () => completed('matches');
    gateway = await bench.start();
    await bench.advance(5_000);
    expect(bench.portal.lookups.length).toBe(3);
    expect(await bench.rows(`select breaker from lane where name = 'national-portal/command'`)).toEqual([
      { breaker: 'closed' },
    ]);
  });
});

describe('a nation that goes on showing something else', () => {
  /** One unknown, then sends that complete, and a look after each that never shows it. */
  async function differing(): Promise<void> {
    bench = await createBench({ policy: { scheduleMs: [100] } });
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => (n === 1 ? { kind: 'lost', acted: false } : { kind: 'ok' });
    bench.portal.look = () => completed('differs');
    await hand('D1', 1);
    await bench.advance(600_000);
  }

  it('is not sent to for ever: after five such looks the province is asked', async () => {
    await differing();
    expect(bench.portal.lookups.length).toBe(5);
    expect(marks().length).toBe(6);
    expect(await bench.states('D1')).toEqual(['uncertain']);
    expect(await stream()).toMatchObject({ parked_reason: 'nation-differs', doubt: 'look-after' });
    expect(await bench.rows('select type, ref from event')).toEqual([
      { type: 'dossier.snapshot-requested', ref: 'D1' },
    ]);
    expect(bench.notices.some(({ level }) => level === 'error')).toBe(true);
  });

  it.each([1, 2])('a snapshot handed over ends that, the same or a newer one (%i)', async (mark) => {
    await differing();
    bench.portal.look = () => completed('matches');
    await expect(hand('D1', mark)).resolves.toMatchObject({ kind: 'accepted' });
    await bench.advance(10_000);
    expect(marks().at(-1)).toBe(mark);
    expect(await bench.states('D1')).toEqual(['superseded', 'delivered']);
    expect(await stream()).toMatchObject({ parked_reason: null, doubt: 'none' });
  });

  it('is tried once more when nobody did anything for days', async () => {
    await differing();
    bench.clock.now = (await stream())?.parked_until ?? 0;
    await bench.advance(10_000);
    expect(bench.portal.lookups.length).toBe(6);
    expect(await stream()).toMatchObject({ parked_reason: 'nation-differs' });
    expect((await bench.rows('select id from event')).length).toBe(2);
  });
});

describe('parking ends', () => {
  it('for a requested snapshot: it is asked about again, and the province hears of it again', async () => {
    bench = await createBench();
    gateway = await bench.start({ configured: false });
    await hand('D1', 2);
    gateway.kill();
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    bench.portal.look = () => completed('differs');
    gateway = await bench.start();
    await bench.advance(1_000);
    const parked = await stream();
    expect((parked?.parked_until ?? 0) - bench.clock.now).toBeGreaterThan(2 * 86_400_000);
    bench.clock.now = parked?.parked_until ?? 0;
    await bench.advance(5_000);
    expect(bench.portal.lookups.length).toBe(2);
    expect((await bench.rows('select id from event')).length).toBe(2);
    bench.clock.now = (await stream())?.parked_until ?? 0;
    bench.portal.look = () => completed('matches');
    await bench.advance(5_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(marks()).toEqual([]);
  });

  it('I2: for what waits for a person: it stays, and is said aloud again', async () => {
    bench = await createBench();
    gateway = await bench.start();
    await hand('D1', 1);
    await bench.engine.batch([
      sql(
        `update stream set parked_reason = 'needs-a-person', waits_for = 'person', parked_by = 'dispatcher', parked_at = {at}, parked_until = {now} + 1000, standing = 'parked'`,
      ),
    ]);
    await bench.advance(5_000);
    expect(await stream()).toMatchObject({ parked_reason: 'needs-a-person' });
    expect((await stream())?.parked_until).toBeGreaterThan(bench.clock.now + 86_400_000);
    expect(await bench.rows(`select type from event where data like '%still-parked%'`)).toEqual([
      { type: 'exchange.uncertain' },
    ]);
    expect(bench.notices.some(({ message }) => message.includes('still waits for a person'))).toBe(true);
  });
});
