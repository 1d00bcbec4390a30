import { type Engine, sql } from '../store/engine.ts';
import type { Subjects } from './subjects.ts';

/**
 * To be run at each start, before requests are taken: where the store was put back from a backup, whoever was erased
 * since is erased again, once a restore. How many it was; undefined where there was nothing to do.
 */
export async function eraseAfterRestore(
  engine: Engine,
  subjects: Pick<Subjects, 'eraseAgain'>,
): Promise<number | undefined> {
  const rows = await engine.all<{ key: string; value: string }>(
    sql("select key, value from meta where key in ('restored_at', 'erased_again_for')"),
  );
  const meta = new Map(rows.map((row) => [row.key, row.value]));
  const restoredAt = meta.get('restored_at');
  if (restoredAt === undefined || restoredAt === meta.get('erased_again_for')) return undefined;
  const count = await subjects.eraseAgain('restore');
  await engine.batch([
    sql(
      `insert into meta (key, value) values ('erased_again_for', ?1) on conflict (key) do update set value = excluded.value`,
      restoredAt,
    ),
  ]);
  return count;
}
