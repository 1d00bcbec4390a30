import { subjectsEnded, subjectsFrom } from '../crypto/subject-rows.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { type Statement, sql } from '../store/engine.ts';
import type { Side } from './matching/entry.ts';

export interface StatementRow {
  readonly id: string;
  readonly subject: string;
  readonly source: string;
  readonly format: string;
  readonly digest: string;
  readonly lines: number;
  readonly fresh: number;
  readonly taken_at: number;
  readonly taken_by: string;
}

/** A file whose entries are being written down: silent for so long, whoever wrote them is gone. */
export const SILENT_FOR_MS = 120_000;

export interface BegunStatement {
  readonly id: string;
  readonly subject: SubjectKey;
  readonly source: string;
  readonly side: Side;
  readonly format: string;
  readonly actor: string;
}

export const beginStatement = (begun: BegunStatement, token: string): Statement[] => [
  sql(
    `insert into statement (id, subject, source, format, state, lines, fresh, begun_at, alive_at, taken_by, side, written_by)
     values (?1, ?2, ?3, ?4, 'taking', 0, 0, {at}, {now}, ?5, ?7, ?6)`,
    ...[begun.id, begun.subject.id, begun.source, begun.format, begun.actor, token, begun.side],
  ),
  subjectsFrom(
    {
      ...{ id: 's.subject', kind: `'statement'`, ref: 's.id', salt: '?3', epoch: '?4' },
      source: 'from statement s where s.id = ?1 and s.written_by = ?2',
    },
    ...[begun.id, token, begun.subject.salt, begun.subject.epoch],
  ),
];

export const keepAlive = (statement: string): Statement =>
  sql(`update statement set alive_at = {now} where id = ?1 and state = 'taking'`, statement);

export const insertLines = (lines: string, statement: string): Statement =>
  sql(
    `insert into statement_line (statement, number, row_number, account, currency, day, time, direction, amount, other_amount, fee, document,
            reference, named, identity, twin, repeats, reversal, status, part)
     select s.id, cast(v.value->>'n' as bigint), cast(v.value->>'row' as bigint), v.value->>'account', v.value->>'currency', v.value->>'day',
            v.value->>'time', v.value->>'direction', cast(v.value->>'amount' as bigint), v.value->>'other', cast(v.value->>'fee' as bigint),
            v.value->>'document', v.value->>'reference', cast(v.value->>'named' as bigint), v.value->>'identity', 1, 0,
            cast(v.value->>'reversal' as bigint), v.value->>'status', cast(v.value->>'part' as bigint)
       from json_each(?1) v join statement s on s.id = ?2 and s.state = 'taking'`,
    lines,
    statement,
  );

export const insertBlocks = (blocks: string, statement: string): Statement =>
  sql(
    `insert into statement_block (statement, first, last, narratives)
     select s.id, cast(v.value->>'first' as bigint), cast(v.value->>'last' as bigint), v.value->>'sealed'
       from json_each(?1) v join statement s on s.id = ?2 and s.state = 'taking'`,
    blocks,
    statement,
  );

/** Of a file that this batch made count. */
export const insertAccounts = (accounts: string, statement: string, token: string): Statement =>
  sql(
    `insert into statement_account (statement, place, account, currency, from_day, to_day, opening, closing, credits, debits, lines)
     select s.id, cast(v.value->>'place' as bigint), v.value->>'account', v.value->>'currency', v.value->>'from', v.value->>'to',
            v.value->>'opening', v.value->>'closing', v.value->>'credits', v.value->>'debits', cast(v.value->>'lines' as bigint)
       from json_each(?1) v join statement s on s.id = ?2 and s.written_by = ?3`,
    accounts,
    statement,
    token,
  );

const TWIN_OF = `o.identity = statement_line.identity and o.statement = statement_line.statement and o.part = statement_line.part
          and o.number < statement_line.number`;
/** Entries of one file (in an archive, of one of its files) that are the same told twice: the second has twin 2. By ordinals, so that a long file stalls nobody. */
export const numberTwins = (statement: string, from: number, to: number): Statement =>
  sql(
    `update statement_line set twin = 1 + (select count(*) from statement_line o
        where ${TWIN_OF})
      where statement = ?1 and number between cast(?2 as bigint) and cast(?3 as bigint)
        and exists (select 1 from statement_line o
             where ${TWIN_OF})`,
    ...[statement, from, to],
  );

/** Entries that a file taken earlier has too, or an earlier file of the same archive: they count once. */
export const markRepeats = (statement: string, from: number, to: number): Statement =>
  sql(
    `update statement_line set repeats = 1
      where statement = ?1 and number between cast(?2 as bigint) and cast(?3 as bigint)
        and (exists (select 1 from statement_line o join statement s on s.id = o.statement and s.state = 'taken'
               where o.identity = statement_line.identity and o.twin = statement_line.twin and o.statement <> statement_line.statement)
             or (part > 1 and exists (select 1 from statement_line o where o.identity = statement_line.identity and o.twin = statement_line.twin
               and o.statement = statement_line.statement and o.part < statement_line.part)))`,
    ...[statement, from, to],
  );

/** From here on it counts, where nobody took the same file meanwhile. */
export const takeStatement = (
  taken: {
    readonly id: string;
    readonly digest: string;
    readonly lines: number;
    /** Files that counted when its entries were compared with theirs. */
    readonly beside: number;
  },
  token: string,
): Statement =>
  sql(
    `update statement set state = 'taken', digest = ?2, lines = cast(?3 as bigint), taken_at = {at}, written_by = ?4,
        fresh = (select count(*) from statement_line l where l.statement = ?1 and l.repeats = 0)
      where id = ?1 and state = 'taking' and not exists (select 1 from statement o where o.state = 'taken' and o.digest = ?2)
        and (select count(*) from statement_line l where l.statement = ?1) = cast(?3 as bigint)
        and (select count(*) from statement o where o.state = 'taken') = cast(?5 as bigint)`,
    ...[taken.id, taken.digest, taken.lines, token, taken.beside],
  );

/** How many files count. */
export const countTaken = (): Statement => sql(`select count(*) as n from statement s where s.state = 'taken'`);

export const takenByDigest = (digest: string): Statement =>
  sql(`select s.id from statement s where s.state = 'taken' and s.digest = ?1`, digest);

/** What was begun and never taken goes, a part at a time; whoever was silent for long is taken for gone. */
export const abandoned = (silentMs: number): Statement =>
  sql(`select s.id from statement s where s.state = 'taking' and s.alive_at <= {now} - cast(?1 as bigint)`, silentMs);

/** Answers the statement while there is more of it to go. */
export const dropLines = (statement: string, upTo: number): Statement[] => [
  sql(
    `delete from statement_line where statement = ?1 and number in
       (select l.number from statement_line l where l.statement = ?1 order by l.number limit cast(?2 as bigint))
       and exists (select 1 from statement s where s.id = ?1 and s.state = 'taking')`,
    ...[statement, upTo],
  ),
  sql('select l.number from statement_line l where l.statement = ?1 limit 1', statement),
];
export const dropStatement = (statement: string): Statement[] => [
  sql(
    `delete from statement_block where statement = ?1 and exists (select 1 from statement s where s.id = ?1 and s.state = 'taking')`,
    statement,
  ),
  sql(
    `delete from statement_account where statement = ?1 and exists (select 1 from statement s where s.id = ?1 and s.state = 'taking')`,
    statement,
  ),
  subjectsEnded(`select s.subject from statement s where s.id = ?1 and s.state = 'taking'`, statement),
  sql(`delete from statement where id = ?1 and state = 'taking'`, statement),
];
