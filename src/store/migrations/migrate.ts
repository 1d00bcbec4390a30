import { type Engine, sql } from '../engine.ts';
import { foundation } from './0001-foundation.ts';
import { commandsWithAnswers } from './0002-commands-with-answers.ts';
import { peerSessions } from './0003-peer-sessions.ts';
import { fourEyes } from './0004-four-eyes.ts';
import { replaySight } from './0005-replay-sight.ts';
import { orderOfTime } from './0006-order-of-time.ts';
import { lists } from './0007-lists.ts';
import { counts } from './0008-counts.ts';
import { listsOfUnits } from './0009-lists-of-units.ts';
import { clock } from './0010-clock.ts';
import { waits } from './0011-waits.ts';
import { everyDigit } from './0012-every-digit.ts';
import { passed } from './0016-passed.ts';
import { sealedWords } from './0017-sealed-words.ts';
import { sessionRests } from './0018-session-rests.ts';
import { BEGUN, carryOver, forgetProgress } from './carry.ts';
import type { Migration } from './migration.ts';

/** Every change of the schema, in the order of their numbers. */
export const migrations: readonly Migration[] = [
  foundation,
  commandsWithAnswers,
  peerSessions,
  fourEyes,
  replaySight,
  orderOfTime,
  lists,
  counts,
  listsOfUnits,
  clock,
  waits,
  everyDigit,
  passed,
  sealedWords,
  sessionRests,
];

/**
 * Brings the store to the newest schema, one atomic batch a migration, and before it what it carries over in slices.
 * Harmless to call again, also after it was cut off. `more` are rooms' own.
 */
export async function migrate(
  engine: Engine,
  log: (message: string) => void = () => {},
  more: readonly Migration[] = [],
): Promise<void> {
  const all = [...migrations, ...more];
  await engine.batch([
    sql(
      'create table if not exists migration (number bigint not null primary key, name text not null, oldest_program text not null, applied_at bigint not null)',
    ),
  ]);
  const rows = await engine.all<{ number: number; name: string; applied_at: number }>(
    sql('select number, name, applied_at from migration'),
  );
  const applied = new Map(rows.map(({ number, name }) => [number, name]));
  const begun = new Set(rows.filter((row) => row.applied_at === BEGUN).map(({ number }) => number));
  for (const { number, name } of all) {
    const taken = applied.get(number) ?? all.find((other) => other.number === number)?.name;
    if (taken !== name)
      throw new Error(
        `migration ${number} is ${taken} already: ${name} needs another number, and a room a thousand of its own`,
      );
  }
  const known = new Set(all.map((migration) => migration.number));
  const unknown = [...applied.keys()].filter((number) => !known.has(number));
  if (unknown.length > 0) await refuseIfTooOld(engine, unknown);
  for (const migration of all) {
    if (applied.has(migration.number) && !begun.has(migration.number)) continue;
    log(`applying migration ${migration.number} ${migration.name}`);
    await carryOver(engine, migration, log);
    if (migration.carry !== undefined) log(`finishing migration ${migration.number} ${migration.name}`);
    await engine.batch([
      ...migration.statements.map((statement) => sql(statement)),
      ...forgetProgress(migration),
      sql(
        `insert into migration (number, name, oldest_program, applied_at) values (?1, ?2, ?3, {at})
         on conflict (number) do update set applied_at = excluded.applied_at`,
        migration.number,
        migration.name,
        migration.oldestProgram,
      ),
    ]);
  }
}

/** This program's version: what a newer schema's `oldest_program` is judged against. */
export const PROGRAM_VERSION = '0.7.0';

async function refuseIfTooOld(engine: Engine, numbers: readonly number[]): Promise<void> {
  const rows = await engine.all<{ number: number; oldest_program: string }>(
    sql('select number, oldest_program from migration'),
  );
  const tooNew = rows.filter(
    (row) => numbers.includes(row.number) && compareVersions(row.oldest_program, PROGRAM_VERSION) > 0,
  );
  if (tooNew.length > 0)
    throw new Error(
      `this store was migrated by a newer program and needs at least version ${tooNew[0]?.oldest_program}; this is ${PROGRAM_VERSION}`,
    );
}

export function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
