import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { crashRun } from './crash-run.ts';

/** `CRASH_SEED` repeats a run, `CRASH_KILLS` makes it longer. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 1_000_000));
const kills = Number(process.env.CRASH_KILLS ?? 50);

test(`I1 I2 I3: ${kills} kills under load lose nothing, repeat nothing and overtake nothing (CRASH_SEED=${seed})`, {
  timeout: 400_000,
}, async () => {
  const report = await crashRun({ seed, kills, dossiers: 120 });
  process.stdout.write(`crash run with CRASH_SEED=${seed}: ${JSON.stringify(report, undefined, 1)}\n`);

  expect(report.violations).toEqual([]);
  expect(report.kills).toBeGreaterThanOrEqual(kills);
  // The kills did strike where it hurts.
  expect(report.struck).toMatchObject({
    accepting: expect.toSatisfy((count: number) => count > 0),
    starting: expect.toSatisfy((count: number) => count > 0),
    twoInHand: expect.toSatisfy((count: number) => count > 0),
    midCall: expect.toSatisfy((count: number) => count > 0),
    actedUnsettled: expect.toSatisfy((count: number) => count > 0),
  });
  // And there was something to lose.
  expect(report.answers['202']).toBeGreaterThan(kills);
  expect(report.answers.lost).toBeGreaterThan(0);
  expect(Object.keys(report.answers).filter((answer) => !['200', '202', 'lost'].includes(answer))).toEqual([]);
  expect(report.counters.creates).toBeGreaterThan(50);
});

test(`I1: a gateway that answers before it commits is found out (CRASH_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const entry = fileURLToPath(new URL('./answers-before-commit.ts', import.meta.url));
  const { violations } = await crashRun({ seed, kills: 5, dossiers: 60, entry });
  expect(violations.filter(({ invariant }) => invariant === 'I1')).not.toEqual([]);
});

test(`I3: a quiet time that ends before the portal has acted is found out (CRASH_SEED=${seed})`, {
  timeout: 120_000,
}, async () => {
  const { violations } = await crashRun({ seed, kills: 4, dossiers: 20, quietMs: 0, lateMs: 1_500, lateChance: 0.2 });
  expect(violations.filter(({ invariant }) => invariant === 'I3')).not.toEqual([]);
});
