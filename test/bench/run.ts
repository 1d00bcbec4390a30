import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accept } from './accept.ts';
import { besideImport } from './beside-import.ts';
import { draining } from './drain.ts';
import { makeHistory } from './history.ts';
import { importing } from './import.ts';
import { besideLists } from './lists.ts';
import { scoringMonths } from './month.ts';
import { payments } from './payments.ts';
import { pending } from './pending.ts';
import { canPin, stopAll } from './processes.ts';
import { reconciling } from './reconciliation.ts';
import { round, say } from './report.ts';
import type { Section } from './section.ts';

/**
 * `npm run bench`: everything in one run, the server on one core, load and simulator on the other.
 * `npm run bench -- 20000` takes a smaller backlog than 100,000; `npm run bench -- 20000 lists drain` only these
 * sections. `--history FOLDER` uses a store that `node test/bench/history.ts FOLDER N` made, instead of a new one of
 * 20,000 dossiers (fewer where the backlog is smaller).
 */
const sections: Readonly<Record<string, Section>> = {
  accept,
  import: importing,
  'beside-import': besideImport,
  lists: besideLists,
  drain: draining,
  payments,
  pending,
  reconciliation: reconciling,
  months: scoringMonths,
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { history: { type: 'string' } } });
const [count = '100000', ...named] = /^\d/.test(positionals[0] ?? '') ? positionals : ['100000', ...positionals];
const backlog = Number(count);
const chosen = named.length > 0 ? named : Object.keys(sections);
const unknown = chosen.filter((name) => sections[name] === undefined);
const most = chosen.every((name) => name === 'reconciliation') ? 1_000_000 : 500_000;
if (!Number.isInteger(backlog) || backlog < 2 || backlog > most || unknown.length > 0)
  throw new Error(
    `the backlog is a number from 2 to ${most}, and sections are ${Object.keys(sections).join(', ')}; not ${unknown.join(', ') || count}`,
  );
const given = values.history && resolve(values.history);
if (given && !existsSync(join(given, 'lienthong.db'))) throw new Error(`${given} holds no store`);

const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
say(
  `Node ${process.version}; server ${canPin ? 'pinned to one core, load and simulator to the other' : 'NOT pinned: taskset is missing'}; backlog ${round(backlog)}`,
);

let made: Promise<string> | undefined;
async function makeOne(): Promise<string> {
  await makeHistory(join(folder, 'history'), Math.min(20_000, backlog));
  return join(folder, 'history');
}
async function history(): Promise<string> {
  if (given) return given;
  made ??= makeOne();
  return made;
}

try {
  for (const name of chosen) {
    const own = join(folder, `section-${name}`);
    mkdirSync(own);
    await sections[name]?.({ folder: own, backlog, history });
    rmSync(own, { recursive: true, force: true });
  }
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
