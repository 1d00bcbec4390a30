import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

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

/** Past its age, as its own row says; still closed; and, of what the portal handed over, taken up by the province. */
const DUE = `s.purge_after <= {at} and s.purged_at is null and s.hold_at is null
   and not exists (select 1 from dossier d where s.kind = 'dossier' and d.code = s.ref and d.subject = s.id
     and d.status in ('registered', 'accepted', 'processing', 'supplementing', 'awaiting-payment'))
   and not exists (select 1 from inbound i where s.kind = 'inbound' and i.id = s.ref and (i.state = 'stored'
     or exists (select 1 from national_dossier n where n.national_code = i.ref and n.inbound = i.id and n.acknowledged_at is null)))`;

/** `byAge`: only what is due, judged again in the batch that erases it. */
export const erase = (list: readonly string[], token: string, actor: string, byAge = false): Statement[] => [
  lock(list),
  note(list, token, actor, 'erased', byAge ? DUE : 's.purged_at is null and s.hold_at is null'),
  sql(
    `update subject set salt = null, purged_at = {at} where id in (select v.value->>'id' from json_each(?2) v) and ${stamped}`,
    token,
    ids(list),
  ),
  sql(
    `delete from blind_index where subject in (select v.value->>'id' from json_each(?2) v)
        and exists (select 1 from journal j where j.id = 'subject:' || blind_index.subject || ':' || ?1)`,
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
  sql(`select ${SUBJECT} from blind_index b join subject s on s.id = b.subject where b.hash = ?1 order by s.id`, hash);
export const byRef = (ref: string): Statement =>
  sql(`select ${SUBJECT} from subject s where s.ref = ?1 order by s.id`, ref);
export const due = (limit: number): Statement =>
  sql(`select s.id from subject s where s.purge_after is not null and ${DUE} order by s.id limit ?1`, limit);

export const isEpochUsed = (epoch: number): Statement =>
  sql('select 1 as used from subject where epoch = ?1 and purged_at is null limit 1', epoch);
/** Written before the key goes, once. */
export const noteDestroyed = (epoch: number, actor: string): Statement =>
  journalLine({ id: `epoch:${epoch}:destroyed`, ref: `epoch:${epoch}`, to: 'key-destroyed', actor }, { once: true });

/**
 * Every column that is sealed under a subject: its purpose and the rows to open, found without a scan of large tables
 * where the subject's reference leads there. `?1` is the subject's id, `?2` its reference.
 */
const EXCHANGES = `select x.id from exchange x where x.subject = ?1
   and (x.stream in (select t.id from stream t where t.key = ?2) or not exists (select 1 from stream t where t.key = ?2))`;
export const sealedUnder = (subject: Pick<SubjectRow, 'id' | 'ref'>): { purpose: string; rows: Statement }[] =>
  [
    [
      'dossier.body',
      `select d.code || '/' || b.version as id, b.at, b.body as sealed from dossier d join dossier_body b on b.code = d.code where d.code = ?2 and d.subject = ?1 order by b.version`,
    ],
    [
      'national_dossier.body',
      `select n.national_code as id, n.changed_at as at, n.body as sealed from national_dossier n where n.subject = ?1`,
    ],
    [
      'inbound.raw',
      `select i.id, i.received_at as at, i.raw as sealed from inbound i where i.id = ?2 and i.subject = ?1`,
    ],
    [
      'exchange.payload',
      `select x.id, x.accepted_at as at, p.payload as sealed from exchange x join exchange_payload p on p.exchange = x.id where x.id in (${EXCHANGES})`,
    ],
    [
      'attempt.detail',
      `select a.exchange || '/' || a.n as id, a.started_at as at, a.detail as sealed from attempt a where a.exchange in (${EXCHANGES}) and a.detail is not null`,
    ],
    [
      'call.raw',
      `select c.id, c.started_at as at, c.raw as sealed from call c where c.raw is not null and c.subject = ?1
        and (c.id = ?2 or c.id in (select a.call from attempt a where a.exchange in (${EXCHANGES})))`,
    ],
  ].map(([purpose = '', text = '']) => ({
    purpose,
    rows: text.includes('?2') ? sql(text, subject.id, subject.ref) : sql(text, subject.id),
  }));
