import { journalLines } from '../chronicle/journal-line.ts';
import { subjectsEnded, subjectsFrom } from '../crypto/subject-rows.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { type Judged, lockJudged, stillJudged } from '../delivery/judged.ts';
import { type Statement, sql } from '../store/engine.ts';

export interface InboundWrite {
  readonly id: string;
  readonly system: string;
  readonly path: string;
  /** What it is the newest of, such as one callback and national code; no personal datum. */
  readonly head: string;
  /** Keyed digest of the content: an arrival with the head's own digest is a repetition. */
  readonly digest: string;
  readonly type: string;
  readonly ref: string | null;
  readonly verifier: string;
  readonly subject: SubjectKey;
  readonly raw: string;
  readonly hash: string;
  readonly state: 'stored' | 'drift' | 'refused';
  /** How many arrivals this write stands for beyond the first. */
  readonly more: number;
}

/**
 * Stores a message unless its head holds the same digest already; then it only counts there. The head's row alone
 * decides, and its lock keeps the order of arrivals: A, B, A are three messages, A, A is one, whoever writes at the same
 * time. The last statement's row is the message that the arrival belongs to: its `id` is this one's when it is new.
 */
export function store(row: InboundWrite, token: string): Statement[] {
  const head = `${row.system}:${row.head}`;
  const fresh = 'from inbound i where i.id = ?1 and i.written_by = ?2';
  return [
    sql(
      `insert into inbound_head (id, digest, inbound, seq, written_by) values (?1, ?2, ?3, 1, ?4)
       on conflict (id) do update set digest = excluded.digest, inbound = excluded.inbound, seq = inbound_head.seq + 1, written_by = excluded.written_by
        where inbound_head.digest <> excluded.digest`,
      head,
      row.digest,
      row.id,
      token,
    ),
    sql(
      `insert into inbound (id, system, path, seq, type, ref, verifier, subject, raw, state, received_at, repeats, written_by)
       select h.inbound, ?3, ?4, h.seq, ?5, ?6, ?7, ?8, ?9, ?10, {at}, cast(?11 as bigint), ?2
         from inbound_head h where h.id = ?1 and h.written_by = ?2`,
      head,
      token,
      row.system,
      row.path,
      row.type,
      row.ref,
      row.verifier,
      row.subject.id,
      row.raw,
      row.state,
      row.more,
    ),
    sql(
      `update inbound set repeats = repeats + cast(?3 as bigint) + 1
        where id = (select h.inbound from inbound_head h where h.id = ?1 and h.written_by <> ?2)`,
      head,
      token,
      row.more,
    ),
    subjectsFrom(
      { id: 'i.subject', kind: `'inbound'`, ref: 'i.id', salt: '?3', epoch: '?4', source: fresh },
      row.id,
      token,
      row.subject.salt,
      row.subject.epoch,
    ),
    journalLines(
      {
        id: `i.id || ':' || ?2`,
        ref: 'i.id',
        to: 'i.state',
        actor: `'system:' || i.system`,
        hash: '?3',
        source: fresh,
      },
      row.id,
      token,
      row.hash,
    ),
    sql(
      'select i.id, i.seq, i.received_at from inbound_head h join inbound i on i.id = h.inbound where h.id = ?1',
      head,
    ),
  ];
}

/** Marks a stored message as acted on; what follows in the batch selects on the token. */
export function markActed(id: string, token: string, actor: string, judgedBy: readonly Judged[] = []): Statement[] {
  const still = stillJudged(judgedBy, 2);
  return [
    ...lockJudged(judgedBy),
    sql(
      `update inbound set state = 'acted', acted_at = {at}, written_by = ?2 where id = ?1 and state = 'stored'${still.sql}`,
      ...[id, token, ...still.params],
    ),
    journalLines(
      {
        id: `i.id || ':' || ?2`,
        ref: 'i.id',
        from: `'stored'`,
        to: `'acted'`,
        actor: '?3',
        source: 'from inbound i where i.id = ?1 and i.written_by = ?2',
      },
      id,
      token,
      actor,
    ),
  ];
}

/** 1: it still waits to be acted on. */
export const isStored = (id: string): Statement =>
  sql(`select cast(count(*) as integer) as n from inbound where id = ?1 and state = 'stored'`, id);

export interface OpenRow {
  readonly id: string;
  readonly system: string;
  readonly type: string;
  readonly ref: string | null;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly raw: string | null;
  readonly received_at: number;
  readonly seq: number;
}
/** As the index on what is open says it; without this every look would read all that was ever acted on. */
const OPEN_ONLY = `i.state <> 'acted'`;
const OPEN = `select i.id, i.system, i.type, i.ref, i.subject, u.salt, u.epoch, i.raw, i.received_at, i.seq
   from inbound i join subject u on u.id = i.subject where i.state = 'stored' and ${OPEN_ONLY}`;

/** Stored but not acted on, oldest first. */
export const openAfter = (id: string, limit: number): Statement =>
  sql(`${OPEN} and i.id > ?1 order by i.id limit cast(?2 as bigint)`, id, limit);

export const refusedRows = (system: string): Statement =>
  sql(`select count(*) as n from inbound i where i.system = ?1 and i.state = 'refused' and ${OPEN_ONLY}`, system);

const OLD_REFUSED = `i.state = 'refused' and ${OPEN_ONLY} and i.received_at < {at} - cast(?1 as bigint)`;
/** One row when a refused message is older than that. */
export const oldRefused = (keptMs: number): Statement =>
  sql(`select i.id from inbound i where ${OLD_REFUSED} limit 1`, keptMs);

/** Refused messages are kept for so long and no longer; their keys go with them. */
export const forgetRefused = (keptMs: number): Statement[] => [
  subjectsEnded(`select i.subject from inbound i where ${OLD_REFUSED}`, keptMs),
  sql(
    `delete from inbound_head where inbound in
        (select i.id from inbound i where ${OLD_REFUSED})`,
    keptMs,
  ),
  sql(
    `delete from inbound where id in
        (select i.id from inbound i where ${OLD_REFUSED})`,
    keptMs,
  ),
];
