import { journalLines } from '../chronicle/journal-line.ts';
import { blindIndexFrom, subjectsFrom } from '../crypto/subject-rows.ts';
import type { KeyedStreams } from '../exchanges/sight.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

/** The system that every dossier is shown on. */
export const PORTAL = 'national-portal';
export const SYNC_DOSSIER = 'sync-dossier';
export const SYNC_PROGRESS = 'sync-progress';
export const SYNC_NATIONAL_STATUS = 'sync-national-status';

/** Named by its subject, which is as old as the dossier: what is written together lies together, whatever the code. */
export const streamOf = (subject: string): string => `${PORTAL}:${subject}`;
/** The same in SQL, of dossier `d`. */
export const STREAM = `'${PORTAL}:' || d.subject`;

export const dossierStreams: KeyedStreams = {
  system: PORTAL,
  idsOf: (key) => `select ${STREAM} as id from dossier d where d.code = ${key}`,
};

export interface HeldRow {
  readonly code: string;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly revision: number | null;
  readonly updated_at: number;
  /** Digits of the time beyond its milliseconds; null where it was taken on before they were kept. */
  readonly updated_beyond: string | null;
  /** Of what the province handed over last, also where it was withdrawn since. */
  readonly content_mac: string;
  /** The version that is held is a withdrawal of what the province handed over. */
  readonly withdrawn: number;
  readonly version: number;
  readonly step_keys: string;
  readonly last_exchange: string | null;
  readonly last_state: string | null;
  /** How many of what was to be sent for this version ended rejected or cancelled. */
  readonly refused: number;
  readonly waits_for: string | null;
  /** After a restore: what the nation shows is asked before anything is sent. */
  readonly asks_first: number | null;
  /** Something of it is under way, waits to be sent, or is parked. */
  readonly at_work: number | null;
}

/** What is held of these codes: read before deciding; the batch that follows is refused where it has moved on. */
export const held = (codes: readonly string[]): Statement =>
  sql(
    `select d.code, d.subject, u.salt, u.epoch, d.revision, d.updated_at, d.updated_beyond, d.content_mac, d.withdrawn, d.version, d.step_keys, x.id as last_exchange, x.state as last_state, s.waits_for,
            case when s.doubt = 'ask-first' then 1 else 0 end as asks_first,
            case when s.due_at is not null or s.owner is not null or s.parked_reason is not null then 1 else 0 end as at_work,
            (select count(*) from exchange r where r.stream = ${STREAM} and r.kind = 'collapsing' and r.version = d.version and r.state in ('rejected', 'cancelled')) as refused
       from json_each(?1) v join dossier d on d.code = v.value->>'code' join subject u on u.id = d.subject
       left join stream s on s.id = ${STREAM}
       left join exchange x on x.stream = ${STREAM} and x.seq = (select max(y.seq) from exchange y
         where y.stream = ${STREAM} and y.operation = '${SYNC_DOSSIER}')`,
    commands(codes.map((code) => ({ code }))),
  );

export interface DossierWrite {
  readonly code: string;
  readonly subject: string;
  readonly revision: number | null;
  readonly updated_at: number;
  readonly updated_beyond: string | null;
  readonly content_mac: string;
  /** The version that this write makes: one more than the one it was decided upon. */
  readonly version: number;
  readonly national_code: string | null;
  readonly status: string;
  readonly channel: string;
  readonly level: string | null;
  readonly agency: string;
  readonly procedure: string;
  readonly field: string | null;
  readonly received_at: number | null;
  readonly due_at: number | null;
  readonly closed_at: number | null;
  readonly step_keys: string;
  readonly withdrawn: 0 | 1;
}

/**
 * Writes dossiers, each only over the version that was judged, and of nobody who was erased meanwhile; what it wrote
 * carries the token.
 */
export const write = (rows: readonly DossierWrite[], token: string): Statement =>
  sql(
    `insert into dossier (code, subject, revision, updated_at, updated_beyond, content_mac, version, national_code, status, channel, level, agency, procedure, field,
            received_at, due_at, closed_at, changed_at, step_keys, withdrawn, written_by)
     select v.value->>'code', v.value->>'subject', cast(v.value->>'revision' as bigint), cast(v.value->>'updated_at' as bigint), v.value->>'updated_beyond', v.value->>'content_mac',
            cast(v.value->>'version' as bigint), v.value->>'national_code', v.value->>'status', v.value->>'channel', v.value->>'level', v.value->>'agency',
            v.value->>'procedure', v.value->>'field', cast(v.value->>'received_at' as bigint), cast(v.value->>'due_at' as bigint),
            cast(v.value->>'closed_at' as bigint), {at}, v.value->>'step_keys', cast(v.value->>'withdrawn' as bigint), ?2
       from json_each(?1) v where true
     on conflict (code) do update set revision = excluded.revision, updated_at = excluded.updated_at, updated_beyond = excluded.updated_beyond, content_mac = excluded.content_mac,
        version = excluded.version, national_code = excluded.national_code, status = excluded.status, channel = excluded.channel, level = excluded.level,
        agency = excluded.agency, procedure = excluded.procedure, field = excluded.field, received_at = excluded.received_at, due_at = excluded.due_at,
        closed_at = excluded.closed_at, changed_at = excluded.changed_at, step_keys = excluded.step_keys, withdrawn = excluded.withdrawn, written_by = excluded.written_by
      where dossier.version = excluded.version - 1
        and exists (select 1 from subject u where u.id = dossier.subject and u.salt is not null)`,
    commands(rows),
    token,
  );

/** Held until the batch ends: an erasure of these comes before it or after, and is seen by what follows. */
export const lockSubjects = (ids: readonly string[]): Statement => ({
  ...sql(
    `select s.id from subject s where s.id in (select v.value->>'id' from json_each(?1) v) order by s.id {lockRows}`,
    commands(ids.map((id) => ({ id }))),
  ),
  locksOnly: true,
});

/** Names a body where it is sealed: its dossier's code and its version. */
export const bodyRow = (code: string, version: number): string => `${code}/${version}`;

/** What was handed over, sealed: a row for each version that this batch wrote. */
export const bodies = (rows: readonly { readonly code: string; readonly body: string }[], token: string): Statement =>
  sql(
    `insert into dossier_body (subject, version, at, body) select d.subject, d.version, d.changed_at, v.value->>'body' from json_each(?1) v
       join dossier d on d.code = v.value->>'code' where d.written_by = ?2`,
    commands(rows),
    token,
  );

/** Joins the body that dossier `d` has now. */
export const PRESENT_BODY = 'dossier_body b on b.subject = d.subject and b.version = d.version';

export interface RevisionRaise {
  readonly code: string;
  readonly version: number;
  readonly revision: number | null;
  readonly updated_at: number;
  readonly updated_beyond: string | null;
  /** An operator's word: it may go back, too. */
  readonly anyway: 0 | 1;
}
/** Equal content in another place: only the order moves. Answers those that had not moved on meanwhile. */
export const raise = (rows: readonly RevisionRaise[], token: string): Statement =>
  sql(
    `update dossier set revision = cast(v.value->>'revision' as bigint), updated_at = cast(v.value->>'updated_at' as bigint), updated_beyond = v.value->>'updated_beyond', written_by = ?2 from json_each(?1) v
      where dossier.code = v.value->>'code' and dossier.version = cast(v.value->>'version' as bigint)
        and (cast(v.value->>'anyway' as bigint) = 1 or coalesce(dossier.revision, -1) <= coalesce(cast(v.value->>'revision' as bigint), -1)) returning code`,
    commands(rows),
    token,
  );

/** The given dossiers that this batch wrote. */
const WRITTEN = `from json_each(?1) v join dossier d on d.code = v.value->>'code' where d.written_by = ?2`;

export const subjects = (
  rows: readonly { readonly id: string; readonly code: string; readonly salt: string; readonly epoch: number }[],
  token: string,
): Statement =>
  subjectsFrom(
    {
      ...{ id: `v.value->>'id'`, kind: `'dossier'`, ref: `v.value->>'code'` },
      ...{ salt: `v.value->>'salt'`, epoch: `v.value->>'epoch'`, source: WRITTEN },
    },
    commands(rows),
    token,
  );

export const blindIndexes = (
  rows: readonly { readonly hash: string; readonly subject: string; readonly code: string }[],
  token: string,
): Statement =>
  blindIndexFrom({ hash: `v.value->>'hash'`, subject: `v.value->>'subject'`, source: WRITTEN }, commands(rows), token);

/** A line of the journal on the dossier itself: a withdrawal, an order set aside, a load without sending. */
export const note = (
  rows: readonly { readonly code: string; readonly to: string; readonly actor: string }[],
  token: string,
): Statement =>
  journalLines(
    {
      id: `'dossier:' || d.code || ':' || ?2`,
      ref: `'dossier:' || d.code`,
      to: `v.value->>'to'`,
      actor: `v.value->>'actor'`,
      source: `from json_each(?1) v join dossier d on d.code = v.value->>'code' where d.written_by = ?2`,
    },
    commands(rows),
    token,
  );

/** Which of these were written by this batch. */
export const written = (codes: readonly string[], token: string): Statement =>
  sql(
    `select d.code from json_each(?1) v join dossier d on d.code = v.value->>'code' where d.written_by = ?2`,
    commands(codes.map((code) => ({ code }))),
    token,
  );
