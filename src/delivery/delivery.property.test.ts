import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completed, notSent } from '../../adapters/adapter.ts';
import { checkCounts } from '../../test/kit/counts.ts';
import { type Bench, createBench, type Process, put, stepOf } from '../../test/kit/delivery/bench.ts';
import type { Behaviour } from '../../test/kit/delivery/fake-portal.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { fold } from './counting.ts';

/**
 * Random lives of a few dossiers: snapshots in and out of order, a portal that fails in every way it can, processes
 * that die or are thought dead, and time that passes. Whatever happened: once the portal answers again it shows the
 * newest state of every dossier (I1, I3), no dossier ever had two open sends (I3), no older state followed a newer
 * one (I3), and nothing went out before its time. A failure prints its seed and the smallest life that shows it.
 */

const QUIET_MS = 2_000;
const CODES = ['A', 'B', 'C'] as const;
const RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

type Action =
  | { readonly do: 'put'; readonly code: string; readonly move: number; readonly steps: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'die' }
  /** A second process starts and takes the first for dead, which it is not. */
  | { readonly do: 'doubt' }
  | { readonly do: 'store-fails'; readonly ms: number };

/** One of them was born on the portal: its status is told there too. */
const born = (code: string) =>
  code === 'C' ? { submittedVia: 'national-portal' as const, nationalCode: 'G22.1' } : {};

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('put' as const),
      code: fc.constantFrom(...CODES),
      // How far its revision lies from the newest one handed over: mostly ahead, sometimes the same or older.
      move: fc.constantFrom(1, 1, 1, 2, 0, -1),
      steps: fc.constantFrom(0, 0, 1, 3),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 300, 1_000, 2_500) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'doubt' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('store-fails' as const), ms: fc.constantFrom(100, 3_000) }) },
);

const delayMs = fc.constantFrom(undefined, 50, 400, 1_500);
const slow = <Rest extends object>(rest: Rest) =>
  delayMs.map((ms) => ({ ...rest, ...(ms !== undefined && { delayMs: ms }) }));
const behaviour: fc.Arbitrary<Behaviour> = fc.oneof(
  { weight: 6, arbitrary: slow({ kind: 'ok' as const }) },
  { weight: 1, arbitrary: slow({ kind: 'rejected' as const }) },
  { weight: 2, arbitrary: slow({ kind: 'not-sent' as const }) },
  {
    weight: 1,
    arbitrary: fc.constant({ kind: 'not-sent' as const, reason: 'unavailable' as const, retryAfterMs: 5_000 }),
  },
  { weight: 2, arbitrary: slow({ kind: 'lost' as const, acted: true }) },
  { weight: 2, arbitrary: slow({ kind: 'lost' as const, acted: false }) },
  { weight: 2, arbitrary: fc.constantFrom(100, 1_000, 1_900).map((lateMs) => ({ kind: 'late' as const, lateMs })) },
  { weight: 1, arbitrary: fc.constant({ kind: 'throws' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'hangs' as const, delayMs: 1 }) },
);
const look = fc.constantFrom<'true' | 'differs' | 'absent' | 'silent' | 'cannot-tell'>(
  'true',
  'true',
  'differs',
  'absent',
  'silent',
  'cannot-tell',
);

const life = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 25 }),
  behaviours: fc.array(behaviour, { maxLength: 25 }),
  looks: fc.array(look, { maxLength: 8 }),
  batchSize: fc.constantFrom(1, 1, 3),
  concurrency: fc.constantFrom(1, 4),
  seed: fc.nat(),
});
type Life = typeof life extends fc.Arbitrary<infer Value> ? Value : never;

async function live({ actions, behaviours, looks, batchSize, concurrency, seed }: Life): Promise<void> {
  const bench = await createBench({
    seed,
    policy: { timeoutMs: 500, quietMs: QUIET_MS, scheduleMs: [200, 1_000], batchSize, giveUpAgeMs: 86_400_000 },
    lane: { concurrency },
  });
  const { portal } = bench;
  const told: Behaviour[] = [];
  portal.behave = ({ n }) => {
    const next = behaviours[n - 1] ?? { kind: 'ok' };
    told[n - 1] = next;
    return next;
  };
  let looked = 0;
  portal.look = () => {
    const next = looks[looked++] ?? 'true';
    return next === 'true' ? undefined : next === 'silent' ? notSent('unavailable') : completed(next);
  };
  let gateway: Process = await bench.start();
  /** The newest mark whose acceptance was answered, by code. */
  const acknowledged = new Map<string, number>();
  const offered = new Map<string, number>();
  const steps = new Map<string, number>();

  for (const [n, act] of actions.entries()) {
    if (n % 3 === 0) await bench.engine.batch(fold(`fold ${n}`));
    await checkCounts(bench.engine);
    switch (act.do) {
      case 'put': {
        const mark = Math.max(1, (offered.get(act.code) ?? 0) + act.move);
        offered.set(act.code, Math.max(mark, offered.get(act.code) ?? 0));
        // Steps come with the state that made them, and every later state still has them.
        if (act.move > 0) steps.set(act.code, (steps.get(act.code) ?? 0) + act.steps);
        const rows = Array.from({ length: steps.get(act.code) ?? 0 }, (_, n) => stepOf(n + 1));
        void gateway.accept(put(act.code, mark, { steps: rows, revision: mark, ...born(act.code) })).then(
          (answer) => {
            if (answer.kind === 'accepted') acknowledged.set(act.code, Math.max(mark, acknowledged.get(act.code) ?? 0));
          },
          () => undefined,
        );
        await bench.idle();
        break;
      }
      case 'wait':
        await bench.advance(act.ms);
        break;
      case 'die':
        gateway.kill();
        gateway = await bench.start();
        break;
      case 'doubt':
        gateway = await bench.start();
        break;
      case 'store-fails': {
        bench.breakStore(new StoreDown());
        await bench.advance(act.ms);
        bench.breakStore(undefined);
        break;
      }
    }
  }

  portal.behave = ({ n }) => {
    told[n - 1] = { kind: 'ok' };
    return { kind: 'ok' };
  };
  portal.look = () => undefined;
  await settleDown(bench);
  await resendRefused(bench, gateway);

  for (const [code, mark] of acknowledged) {
    const [held] = await bench.rows<{ mark: number }>(`select revision as mark from dossier where code = ?1`, code);
    expect(held?.mark, `the state of ${code} that is held`).toBeGreaterThanOrEqual(mark);
    expect(portal.mark(code), `the state of ${code} that the nation shows`).toBe(held?.mark);
    if (code === 'C') expect(portal.statuses.get(code), 'the status of a dossier born there').toBe(held?.mark);
  }
  expect(portal.overlaps, 'two open sends of one dossier').toEqual([]);
  expect(portal.regressions, 'an older state after a newer one').toEqual([]);
  expect(portal.stepsTooEarly, 'a step before its snapshot').toEqual([]);
  for (const [code, taken] of portal.steps)
    expect(taken, `steps of ${code} in order`).toEqual(
      taken.toSorted((a, b) => Number(a.slice(5)) - Number(b.slice(5))),
    );
  neverTooEarly(
    bench,
    told,
    actions.some((act) => act.do === 'doubt' || act.do === 'die'),
  );
  await nothingLeftOpen(bench);
  await bench.close();
}

class StoreDown extends StoreUnavailable {
  constructor() {
    super('disk full');
  }
}

/** Lets time pass until nothing is due any more; the longest wait is a lease and a quiet time. */
async function settleDown(bench: Bench): Promise<void> {
  for (let n = 0; n < 60; n++) {
    await bench.advance(2_000);
    const open = await bench.rows(
      `select 1 from exchange where state in ('retrying', 'uncertain', 'sending') or (state = 'pending' and kind = 'collapsing') limit 1`,
    );
    if (open.length === 0) break;
  }
  await bench.advance(2_000);
}

/** The same content is sent again where its last delivery was refused. */
async function resendRefused(bench: Bench, gateway: Process): Promise<void> {
  const refused = await bench.rows<{ code: string; body: string; revision: number }>(
    `select d.code, b.body, d.revision from dossier d join dossier_body b on b.subject = d.subject and b.version = d.version where exists (select 1 from exchange x where x.subject = d.subject
        and x.kind = 'collapsing' and x.version = d.version and x.state = 'rejected')`,
  );
  for (const { code, body, revision } of refused) {
    const content = JSON.parse(body.slice(body.indexOf('|') + 1, body.lastIndexOf('|'))) as {
      steps?: { note: string }[];
    };
    const answer = gateway.accept(
      put(code, revision, { steps: (content.steps ?? []).map((_, n) => stepOf(n + 1)), revision, ...born(code) }),
    );
    await bench.idle();
    expect(await answer, 'the same again after a refusal').toMatchObject({ kind: 'accepted' });
  }
  await settleDown(bench);
}

/**
 * After an unknown outcome the quiet time, after "not before" that time. What a process that died or was taken for
 * dead was told, nobody heard: then the silence is counted from when the call began.
 */
function neverTooEarly(bench: Bench, told: readonly Behaviour[], doubted: boolean): void {
  for (const [index, call] of bench.portal.calls.entries()) {
    const behaviour = told[index];
    if (behaviour === undefined || call.endedAt === undefined) continue;
    const silence =
      behaviour.kind === 'lost' || behaviour.kind === 'late'
        ? QUIET_MS
        : behaviour.kind === 'not-sent'
          ? (!doubted && behaviour.retryAfterMs) || 0
          : 0;
    for (const key of call.keys) {
      const next = bench.portal.calls.slice(index + 1).find((later) => later.keys.includes(key));
      if (next !== undefined && silence > 0)
        expect(
          next.at - (doubted ? call.at : call.endedAt),
          `call ${next.n} after call ${call.n} (${behaviour.kind})`,
        ).toBeGreaterThanOrEqual(silence);
    }
  }
}

async function nothingLeftOpen(bench: Bench): Promise<void> {
  expect(await bench.rows('select id from stream where owner is not null')).toEqual([]);
  expect(await bench.rows('select exchange from attempt where ended_at is null')).toEqual([]);
  expect(
    await bench.rows(`select id, state from exchange where state not in ('delivered', 'superseded', 'rejected')`),
  ).toEqual([]);
  // The journal has a line for the state that every exchange is in, and numbers in a stream have no gap.
  expect(
    await bench.rows(
      `select x.id, x.state from exchange x where not exists (select 1 from journal j where j.ref = x.id and j.to_state = x.state)`,
    ),
  ).toEqual([]);
  expect(
    await bench.rows('select stream from exchange group by stream having count(*) <> max(seq) or min(seq) <> 1'),
  ).toEqual([]);
}

describe('whatever happens', () => {
  it('I1 I3: the nation finally shows the newest state, in order, one send at a time', {
    timeout: 600_000,
  }, async () => {
    await fc.assert(fc.asyncProperty(life, live), {
      numRuns: RUNS,
      endOnFailure: false,
      ...(process.env.PROPERTY_SEED && { seed: Number(process.env.PROPERTY_SEED) }),
    });
  });
});
