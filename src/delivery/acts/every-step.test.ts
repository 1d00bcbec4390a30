import { describe, expect, it } from 'vitest';
import { type ActBench, type ActProcess, createActBench, type Taking } from '../../../test/kit/delivery/act-bench.ts';

/**
 * A process that is killed at each of its commits in turn, before and after that is on disk, while an act goes well or
 * badly. Its successor finds what stands, and whoever asked gets the end of the act under the same key.
 */
const HOWS: readonly [string, Taking][] = [
  ['goes well', { kind: 'ok', delayMs: 20 }],
  ['they act and the reply is lost', { kind: 'lost', acted: true }],
  ['they do not act and the reply is lost', { kind: 'lost', acted: false }],
  ['they act late', { kind: 'late', lateMs: 4_000 }],
  ['they refuse', { kind: 'no' }],
];
/** More commits than one process makes of one act. */
const STEPS = 400;

/** Runs one life: the first process dies at `at`, the second carries on. False when the first outlived its act. */
async function life(
  how: Taking,
  dies: { readonly at: number; readonly when: 'before' | 'after' },
  use: (bench: ActBench, first: ActProcess) => Promise<void>,
  ends: (bench: ActBench, second: ActProcess) => Promise<void>,
): Promise<boolean> {
  const bench = await createActBench();
  try {
    bench.bureau.take = (_, n) => (n === 1 || how.kind === 'no' ? how : { kind: 'ok' });
    let first: ActProcess | undefined;
    // One that dies while it starts never comes to be.
    void bench.start(dies).then((started) => {
      first = started;
    });
    await bench.advance(1);
    if (first !== undefined) await use(bench, first);
    const died = first?.dead ?? true;
    first?.kill();
    const second = await bench.start();
    await bench.advance(14_000);
    await ends(bench, second);
    expect(bench.bureau.most()).toBeLessThanOrEqual(1);
    expect(
      await bench.rows(`select id from exchange where state in ('sending', 'uncertain', 'pending', 'retrying')`),
    ).toEqual([]);
    expect(await bench.rows('select id from exchange where told = 0')).toEqual([]);
    expect(await bench.rows('select owner from stream where owner is not null')).toEqual([]);
    return died;
  } finally {
    await bench.close();
  }
}

async function everyStep(run: (dies: { readonly at: number; readonly when: 'before' | 'after' }) => Promise<boolean>) {
  let kills = 0;
  for (const when of ['before', 'after'] as const)
    for (let at = 1; at <= STEPS; at++) {
      if (!(await run({ at, when }))) break;
      kills += 1;
    }
  expect(kills).toBeGreaterThan(10);
}

describe('I1 I2: killed at every step', () => {
  it.each(HOWS)('an act that a person waits for: %s', async (_, how) => {
    await everyStep((dies) =>
      life(
        how,
        dies,
        async (bench, first) => {
          void first.open('k1').catch(() => undefined);
          await bench.advance(9_000);
        },
        async (bench, second) => {
          const ask = async (ms: number) => {
            const answer = second.open('k1');
            await bench.advance(ms);
            return answer;
          };
          // What never arrived is over, and the same key begins a new act; that one may be in doubt in its turn.
          let end = await ask(3_000);
          for (let n = 0; n < 4 && (end as { kind: string }).kind !== 'settled'; n++) end = await ask(8_000);
          expect(end).toMatchObject({ kind: 'settled', state: how.kind === 'no' ? 'rejected' : 'delivered' });
          const [thing] = await bench.rows<{ state: string; outcome: string }>(
            'select state, outcome from thing where reference = ?1',
            (end as { resource: string }).resource,
          );
          expect(thing?.state).toBe(how.kind === 'no' ? 'rejected' : 'delivered');
          if (how.kind !== 'no') expect(thing?.outcome).toContain((end as { resource: string }).resource);
        },
      ),
    );
  });

  it.each(HOWS)('a queued act: %s', async (_, how) => {
    await everyStep((dies) =>
      life(
        how,
        dies,
        async (bench, first) => {
          void first.submit('submit', 'r1').catch(() => undefined);
          await bench.advance(9_000);
        },
        async (bench) => {
          const [thing] = await bench.rows<{ state: string }>('select state from thing');
          const acted = bench.bureau.effects.has('r1');
          // What was never on disk never began; what they did is known to be done.
          if (thing === undefined) expect(bench.bureau.sends).toEqual([]);
          else if (acted) expect(thing.state).toBe('delivered');
          else expect(thing.state).toMatch(how.kind === 'no' ? /rejected|cancelled/ : /cancelled/);
        },
      ),
    );
  });
});
