import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pinned } from './processes.ts';
import type { Joined } from './reconciliation-join.ts';
import type { Planted } from './reconciliation-make.ts';
import type { Reconciled } from './reconciliation-run.ts';
import { round, row, table } from './report.ts';
import type { Section } from './section.ts';

/** As `npm start` and `serve` run it. */
const SERVER_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=30'];

async function told<Answer>(args: readonly string[]): Promise<Answer> {
  const child = pinned(0, args, {}, /^\{.*\}$/);
  const answer = JSON.parse(await child.ready) as Answer;
  await new Promise<void>((resolve) =>
    child.child.exitCode === null ? child.child.once('exit', () => resolve()) : resolve(),
  );
  return answer;
}

interface Measured extends Reconciled {
  readonly planted: Planted;
  readonly duck: Joined;
}

async function measure(folder: string, count: number): Promise<Measured> {
  mkdirSync(folder);
  const planted = await told<Planted>(['--max-old-space-size=4096', ...script('make'), folder, String(count)]);
  const duck = await told<Joined>([...script('join'), folder]);
  const reconciled = await told<Reconciled>([...SERVER_FLAGS, ...script('run'), folder]);
  rmSync(folder, { recursive: true, force: true });
  const found = [reconciled.lines, reconciled.matched, reconciled.breaks, duck.pairs];
  const right = [planted.lines, planted.matched, planted.breaks, planted.equal];
  if (found.join() !== right.join())
    throw new Error(`lines, matched, breaks and DuckDB's pairs are ${found.join()}; planted were ${right.join()}`);
  return { ...reconciled, planted, duck };
}

const script = (name: string): string[] => [`test/bench/reconciliation-${name}.ts`];

/** A month of records against one statement of it with 1 % faults: a tenth of them, then all. */
export const reconciling: Section = async ({ folder, backlog }) => {
  const counts = [Math.max(1, Math.round(backlog / 10)), backlog];
  table(
    'Reconciliation: a month of records against an MT940 file with 1 % faults; DuckDB loads both from CSV and joins them',
    [
      ...['records', 'take-in s', 'run s', 'DuckDB s', 'both / DuckDB', 'run / DuckDB', 'MB before', 'peak MB'],
      ...['matched', 'proposed', 'breaks'],
    ],
  );
  const all: Measured[] = [];
  for (const count of counts) {
    const each = await measure(join(folder, String(count)), count);
    all.push(each);
    const { takeInSeconds, runSeconds, duck } = each;
    row(
      ...[round(count), round(takeInSeconds, 2), round(runSeconds, 2), round(duck.seconds, 3)],
      ...[round((takeInSeconds + runSeconds) / duck.seconds, 1), round(runSeconds / duck.seconds, 1)],
      ...[round(each.restMb), round(each.peakMb), round(each.matched), round(each.proposed), round(each.breaks)],
    );
  }
  const [few, many] = all;
  if (few === undefined || many === undefined) return;
  const times = (of: (each: Measured) => number): string => round(of(many) / of(few), 1);
  row(
    ...[`× ${round(backlog / (counts[0] ?? 1), 1)}`, times((each) => each.takeInSeconds)],
    ...[times((each) => each.runSeconds), times((each) => each.duck.seconds), '', '', '', '', '', '', ''],
  );
};
