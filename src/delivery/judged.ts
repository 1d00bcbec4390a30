import { type SqlValue, type Statement, sql } from '../store/engine.ts';

/** A row that something was judged by, as it was. Its table has a column `version`, which every write raises. */
export interface Judged {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly version: number;
}

/** First of the commit: whoever writes one of these rows does so before it or after, and is seen by what follows. */
export const lockJudged = (judgedBy: readonly Judged[]): Statement[] =>
  judgedBy.map(({ table, column, row }) => ({
    ...sql(`select s.${column} from ${table} s where s.${column} = ?1 {lockRows}`, row),
    locksOnly: true,
  }));

/**
 * A condition for the statement that stamps a commit: where one of these rows moved on meanwhile it stamps nothing, so that
 * nothing of the commit is written, and it is judged again. After `lockJudged` alone: a row that another commit is just
 * writing would still look as it was. Its parameters come after `from` others.
 */
export function stillJudged(
  judgedBy: readonly Judged[],
  from: number,
): { readonly sql: string; readonly params: readonly SqlValue[] } {
  return {
    sql: judgedBy
      .map(
        ({ table, column }, index) =>
          ` and exists (select 1 from ${table} j where j.${column} = ?${from + 2 * index + 1} and j.version = cast(?${from + 2 * index + 2} as bigint))`,
      )
      .join(''),
    params: judgedBy.flatMap(({ row, version }) => [row, version]),
  };
}
