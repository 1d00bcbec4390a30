import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import { subjectsByHash } from '../crypto/subject-rows.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import type { SealedColumn } from '../store/tables.ts';

/**
 * The SQL of subjects. The journal line is the stamp: it is written for the subjects that qualify, and the statements
 * after it act on those that have a line of this batch's token (`?2`).
 */
const stamped = `exists (select 1 from journal j where j.id = 'subject:' || subject.id || ':' || ?1)`;
const ids = (list: readonly string[]): string => commands([...list].sort().map((id) => ({ id })));

const lock = (list: readonly string[]): Statement => ({
  ...sql(
    `select s.id from subject s where s.id in (select v.value->>'id' from json_each(?1) v) order by s.id {lockRows}`,
    ids(list),
  ),
  locksOnly: true,
});
const note = (list: readonly string[], token: string, actor: string, to: string, where: string): Statement =>
  journalLines(
    {
      id: `'subject:' || s.id || ':' || ?2`,
      ref: `'subject:' || s.id`,
      to: '?4',
      actor: '?3',
      source: `from json_each(?1) v join subject s on s.id = v.value->>'id' where ${where}`,
    },
    ids(list),
    token,
    actor,
    to,
  );

/** Closing select: `changed` is 1 where this batch acted. */
const outcomes = (list: readonly string[], token: string): Statement =>
  sql(
    `select v.value->>'id' as id, s.id is not null as known, s.purged_at is not null as purged, s.hold_at is not null as held,
            exists (select 1 from journal j where j.id = 'subject:' || (v.value->>'id') || ':' || ?2) as changed
       from json_each(?1) v left join subject s on s.id = v.value->>'id'`,
    ids(list),
    token,
  );
export interface OutcomeRow {
  readonly id: string;
  readonly known: number;
  readonly purged: number;
  readonly held: number;
  readonly changed: number;
}

/** Past its age as its own row says, not held, and not kept for another reason. */
const isDue = (keeps: readonly string[]): string =>
  ['s.purge_after <= {at} and s.purged_at is null and s.hold_at is null', ...keeps.map((each) => `not (${each})`)].join(
    ' and ',
  );

/** `byAge`: only what is due, unless one of these conditions keeps it; judged again in the batch that erases it. */
export const erase = (
  list: readonly string[],
  token: string,
  actor: string,
  byAge?: readonly string[],
): Statement[] => [
  lock(list),
  note(list, token, actor, 'erased', byAge === undefined ? 's.purged_at is null and s.hold_at is null' : isDue(byAge)),
  {
    ...sql(
      `update subject set salt = null, purged_at = {at} where id in (select v.value->>'id' from json_each(?2) v) and ${stamped}`,
      token,
      ids(list),
    ),
    forgets: true,
  },
  sql(
    `delete from blind_index where subject in (select v.value->>'id' from json_each(?2) v)
        and exists (select 1 from journal j where j.id = 'subject:' || blind_index.subject || ':' || ?1)`,
    token,
    ids(list),
  ),
  sql(
    `delete from blind_index_new where subject in (select v.value->>'id' from json_each(?2) v)
        and exists (select 1 from journal j where j.id = 'subject:' || blind_index_new.subject || ':' || ?1)`,
    token,
    ids(list),
  ),
  outcomes(list, token),
];

export const hold = (list: readonly string[], token: string, actor: string, reason: string): Statement[] => [
  lock(list),
  note(list, token, actor, 'held', 's.purged_at is null and s.hold_at is null'),
  sql(
    `update subject set hold_reason = ?3, hold_by = ?4, hold_at = {at} where id in (select v.value->>'id' from json_each(?2) v) and ${stamped}`,
    token,
    ids(list),
    reason,
    actor,
  ),
  outcomes(list, token),
];

export const release = (list: readonly string[], token: string, actor: string): Statement[] => [
  lock(list),
  note(list, token, actor, 'hold-released', 's.hold_at is not null'),
  sql(
    `update subject set hold_reason = null, hold_by = null, hold_at = null where id in (select v.value->>'id' from json_each(?2) v) and ${stamped}`,
    token,
    ids(list),
  ),
  outcomes(list, token),
];

export const noteExport = (list: readonly string[], token: string, actor: string, purpose: string): Statement =>
  note(list, token, actor, `exported: ${purpose}`, 's.purged_at is null');

/** Why it was done, for each subject that this batch acted on. */
export const noteReason = (list: readonly string[], token: string, actor: string, reason: string): Statement =>
  journalLines(
    {
      id: `j.id || ':reason'`,
      ref: 'j.ref',
      to: `'reason: ' || ?4`,
      actor: '?3',
      source: `from json_each(?1) v join journal j on j.id = 'subject:' || (v.value->>'id') || ':' || ?2`,
    },
    ids(list),
    token,
    actor,
    reason,
  );

const SUBJECT =
  's.id, s.kind, s.ref, s.salt, s.epoch, s.created_at, s.purge_after, s.purged_at, s.hold_reason, s.hold_by, s.hold_at';
export interface SubjectRow {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly created_at: number;
  readonly purge_after: number | null;
  readonly purged_at: number | null;
  readonly hold_reason: string | null;
  readonly hold_by: string | null;
  readonly hold_at: number | null;
}
export const byIds = (list: readonly string[]): Statement =>
  sql(`select ${SUBJECT} from json_each(?1) v join subject s on s.id = v.value->>'id' order by s.id`, ids(list));
export const byHash = (hash: string): Statement =>
  sql(`select ${SUBJECT} from subject s where s.id in (${subjectsByHash('?1')}) order by s.id`, hash);
export const byRef = (ref: string): Statement =>
  // Dossiers are so many that no index holds their codes twice.
  sql(
    `select ${SUBJECT} from subject s where s.id in (select t.id from subject t where t.ref = ?1 and t.kind <> 'dossier'
        union select d.subject from dossier d where d.code = ?1) order by s.id`,
    ref,
  );
export const due = (limit: number, keeps: readonly string[]): Statement =>
  sql(`select s.id from subject s where s.purge_after is not null and ${isDue(keeps)} order by s.id limit ?1`, limit);

export const isEpochUsed = (epoch: number): Statement =>
  sql('select 1 as used from subject where epoch = ?1 and purged_at is null limit 1', epoch);
/** Written before the key goes, once. */
export const noteDestroyed = (epoch: number, actor: string): Statement =>
  journalLine({ id: `epoch:${epoch}:destroyed`, ref: `epoch:${epoch}`, to: 'key-destroyed', actor }, { once: true });

/** What one column holds of a subject: rows `id`, `at`, `sealed` and what names the row. */
export const heldIn = ({ under }: SealedColumn, subject: Pick<SubjectRow, 'id' | 'ref'>): Statement =>
  under.includes('?2') ? sql(under, subject.id, subject.ref) : sql(under, subject.id);
