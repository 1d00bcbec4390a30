import { afterEach, describe, expect, it } from 'vitest';
import { createAuthenticator } from '../src/access/authenticator.ts';
import { createIdempotency, KEPT_MS, RUN_AT_MOST_MS } from '../src/routes/idempotency.ts';
import { dropLease, heldLease, takeLease } from '../src/store/lease.ts';
import { type Bench, createBench, type Process, put } from './kit/delivery/bench.ts';
import { type Ground, ground } from './kit/room.ts';

/** The wall is moved while the work is under way: what is shown goes with it, what waits does not. */
const HOUR_MS = 3_600_000;
const STEPS = [HOUR_MS, -HOUR_MS];
/** Time that passes while a test runs on a clock that goes on by itself. */
const SLACK_MS = 5_000;

describe.each(STEPS)('a dossier, the wall moved by %i ms', (step) => {
  let bench: Bench;
  let gateway: Process;
  afterEach(() => bench.close());

  const hand = async (mark: number) => {
    const answer = gateway.accept(put('D1', mark));
    await bench.idle();
    return answer;
  };
  const one = async (text: string) => (await bench.rows<Record<string, number>>(text))[0] ?? {};

  it('is shown by the wall and delivered at once', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.clock.wallAheadMs = step;
    const { wall, now } = bench.clock;
    expect(await hand(1)).toMatchObject({ kind: 'accepted' });
    await bench.advance(1_000);
    expect(await bench.states('D1')).toEqual(['delivered']);
    const within = (at: number | undefined) => {
      expect(at).toBeGreaterThanOrEqual(wall);
      expect(at).toBeLessThanOrEqual(wall + 1_000);
    };
    const exchange = await one('select accepted_at, settled_at from exchange');
    const call = await one('select started_at, ended_at from call');
    const attempt = await one('select started_at, ended_at from attempt');
    const stream = await one('select sent_at, quiet_until from stream');
    const dossier = await one('select changed_at from dossier');
    const journal = await one("select min(at) as first, max(at) as last from journal where actor <> 'configuration'");
    const shown = [exchange.accepted_at, exchange.settled_at, call.started_at, call.ended_at, attempt.started_at];
    for (const at of [...shown, attempt.ended_at, stream.sent_at, dossier.changed_at, journal.first, journal.last])
      within(at);
    const lane = await one("select refilled_at from lane where class = 'command'");
    expect(lane.refilled_at).toBeGreaterThanOrEqual(now);
    expect(lane.refilled_at).toBeLessThanOrEqual(now + 1_000);
  });

  it('in doubt keeps the quiet time, no longer and no shorter (I3)', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = ({ n }) => ({ kind: 'ok', ...(n === 1 && { delayMs: 4_000 }) });
    await hand(1);
    await bench.advance(500);
    gateway.kill();
    gateway = await bench.start();
    expect(await bench.states('D1')).toEqual(['uncertain']);
    bench.clock.wallAheadMs = step;
    const { quiet_until = 0 } = await one('select quiet_until from stream');
    const left = quiet_until - bench.clock.now;
    expect(left).toBeGreaterThan(1_000);
    await hand(2);
    await bench.advance(left - 500);
    expect(bench.portal.sends('D1').flatMap((call) => call.marks)).toEqual([1]);
    await bench.advance(1_500);
    expect(bench.portal.sends('D1').flatMap((call) => call.marks)).toEqual([1, 2]);
  });

  it('that a process holds is its own while the lease lasts', async () => {
    bench = await createBench();
    gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 4_000 });
    await hand(1);
    await bench.advance(500);
    const { lease_until = 0, owned } = await one('select lease_until, owner is not null as owned from stream');
    expect(owned).toBe(1);
    expect(lease_until).toBeGreaterThan(bench.clock.now);
    bench.clock.wallAheadMs = step;
    await bench.advance(6_000);
    // The sweep of expired leases has looked meanwhile, and the one who holds it settled it.
    expect(await bench.states('D1')).toEqual(['delivered']);
    expect(await bench.rows('select n from attempt')).toHaveLength(1);
  });
});

describe.each(STEPS)('with the wall moved by %i ms', (step) => {
  it('a lease lasts as long as it was taken for', async () => {
    const { engine, pass, stepWall } = await ground();
    const takes = async (owner: string) =>
      ((await engine.batch([takeLease('work', owner, 60_000), heldLease('work', owner)]))[1] ?? []).length === 1;
    expect(await takes('a')).toBe(true);
    stepWall(step);
    expect(await takes('b')).toBe(false);
    pass(60_000 - SLACK_MS);
    expect(await takes('b')).toBe(false);
    pass(2 * SLACK_MS);
    expect(await takes('b')).toBe(true);
    await engine.batch([dropLease('work', 'b')]);
  });

  it('an idempotency key is kept for its day, and a lost run is free after its time', async () => {
    const on = await ground();
    const keys = createIdempotency({ ...on, instance: 'one' });
    const name = { principal: 'p', route: 'r', key: 'k' };
    const begin = async () => (await keys.begin(name, 'text')).kind;
    const begun = await keys.begin(name, 'text');
    on.stepWall(step);
    expect(await begin()).toBe('running');
    if (begun.kind === 'run') await begun.run.finish({ status: 201, answer: '{}' });
    on.pass(KEPT_MS - SLACK_MS);
    expect(await keys.sweep()).toBe(0);
    expect(await begin()).toBe('stored');
    on.pass(2 * SLACK_MS);
    expect(await begin()).toBe('run');
    on.stepWall(step);
    on.pass(RUN_AT_MOST_MS - SLACK_MS);
    expect(await begin()).toBe('running');
    on.pass(2 * SLACK_MS);
    expect(await begin()).toBe('run');
  });

  it('a key of the contract ends at the date that stands on it', async () => {
    const on = await ground();
    expect(await endsBy(on, step, HOUR_MS / 2)).toBe(step > 0);
  });
});

/** Whether a token that is valid for so long is known no more after the wall moved. */
async function endsBy(on: Ground, step: number, validMs: number): Promise<boolean> {
  const authenticator = createAuthenticator({
    ...on,
    scopesOf: () => new Set(),
    verifyToken: async () => ({
      principal: { id: 'p', name: 'p', kind: 'person', role: 'auditor', credential: 'c' } as never,
      expiresAt: on.platform.wall() + validMs,
    }),
  });
  expect(await authenticator.principalOf('a.b.c')).toBeDefined();
  on.stepWall(step);
  return authenticator.remembered('a.b.c') === undefined;
}
