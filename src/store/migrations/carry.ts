import { type Engine, sql } from '../engine.ts';
import type { Carry, Migration } from './migration.ts';

/** How far a carrying came, in the store itself. */
interface Progress {
  readonly last: string | number;
  readonly done: number;
}

const keyOf = ({ number }: Migration, { what }: Carry): string => `migration:${number}:${what}`;

/** `applied_at` of a migration that has begun to carry rows over. */
export const BEGUN = 0;

/** Carries what is left of a migration's rows, and tells at every twentieth how far it is. */
export async function carryOver(engine: Engine, migration: Migration, log: (message: string) => void): Promise<void> {
  if (migration.before !== undefined)
    await engine.batch([
      ...migration.before.map((text) => sql(text)),
      // An older program would go on in the tables that are being left: from here on it refuses the store.
      sql(
        'insert into migration (number, name, oldest_program, applied_at) values (?1, ?2, ?3, ?4) on conflict (number) do nothing',
        ...[migration.number, migration.name, migration.oldestProgram, BEGUN],
      ),
    ]);
  for (const carry of migration.carry ?? []) await carryAll(engine, carry, keyOf(migration, carry), log);
}

/** What the progress of a migration left, for its last batch. */
export const forgetProgress = (migration: Migration) =>
  (migration.carry ?? []).map((carry) => sql('delete from meta where key = ?1', keyOf(migration, carry)));

async function carryAll(engine: Engine, carry: Carry, key: string, log: (message: string) => void): Promise<void> {
  const [kept] = await engine.all<{ value: string }>(sql('select value from meta where key = ?1', key));
  const [counted] = await engine.all<{ n: number }>(sql(carry.total));
  const total = counted?.n ?? 0;
  let { last, done }: Progress = kept === undefined ? { last: carry.from, done: 0 } : JSON.parse(kept.value);
  let told = 0;
  const tell = (): void => {
    if (total < carry.slice || (done < total && done - told < total / 20)) return;
    told = done;
    log(`${carry.what}: ${done} of ${total}`);
  };
  for (;;) {
    const [slice] = await engine.all<{ last: string | number | null; n: number }>(sql(carry.next, last, carry.slice));
    if (slice?.last == null) return;
    const progress: Progress = { last: slice.last, done: done + slice.n };
    await engine.batch([
      ...carry.statements.map((text) => sql(text, last, slice.last)),
      sql(
        'insert into meta (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value',
        key,
        JSON.stringify(progress),
      ),
    ]);
    ({ last, done } = progress);
    tell();
  }
}
