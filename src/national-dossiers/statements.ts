import { journalLines } from '../chronicle/journal-line.ts';
import { raiseFrom } from '../chronicle/raise.ts';
import { blindIndexFrom } from '../crypto/subject-rows.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { nationalDossierReceived } from './event-types.ts';

export interface NationalDossierRow {
  readonly national_code: string;
  readonly version: number;
  readonly procedure: string | null;
  readonly agency: string | null;
  readonly received_at: number;
  readonly changed_at: number;
  readonly dossier_code: string | null;
  readonly acknowledged_at: number | null;
  readonly acknowledged_by: string | null;
}
/** Names a content where it is sealed: the dossier, and the message of it that brought the content. */
export const contentRow = (nationalCode: string, seq: number): string => `${nationalCode}/${seq}`;

export interface ContentRow extends NationalDossierRow {
  readonly inbound_seq: number;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly body: string | null;
}

const COLUMNS =
  'n.national_code, n.version, n.procedure, n.agency, n.received_at, n.changed_at, n.dossier_code, n.acknowledged_at, n.acknowledged_by';

export interface Arrival {
  readonly nationalCode: string;
  readonly inbound: string;
  /** Place among the messages of this code. */
  readonly seq: number;
  readonly subject: string;
  readonly procedure: string | null;
  readonly agency: string | null;
  readonly receivedAt: number;
  readonly body: string;
  readonly hash: string;
  readonly system: string;
  readonly eventId: string;
  readonly identityHashes: readonly string[];
}

/**
 * Takes over what an inbound row holds, if this batch marked that row. An older message that is acted on late never
 * overwrites a newer one. A new content waits for a receipt again; the province's code for it stays.
 */
export function arrive(row: Arrival, token: string): Statement[] {
  const news = `from national_dossier n where n.national_code = ?1 and n.written_by = ?2`;
  return [
    sql(
      `insert into national_dossier (national_code, subject, inbound, inbound_seq, version, procedure, agency, received_at, changed_at, written_by, body)
       select ?1, ?3, i.id, i.seq, 1, ?5, ?6, cast(?7 as bigint), {at}, ?2, ?8 from inbound i where i.id = ?4 and i.written_by = ?2
       on conflict (national_code) do update set subject = excluded.subject, inbound = excluded.inbound, inbound_seq = excluded.inbound_seq, version = national_dossier.version + 1,
          procedure = excluded.procedure, agency = excluded.agency, received_at = excluded.received_at, changed_at = excluded.changed_at,
          acknowledged_at = null, acknowledged_by = null, written_by = excluded.written_by, body = excluded.body
        where national_dossier.inbound_seq < excluded.inbound_seq`,
      row.nationalCode,
      token,
      row.subject,
      row.inbound,
      row.procedure,
      row.agency,
      row.receivedAt,
      row.body,
    ),
    blindIndexFrom(
      {
        ...{ hash: `v.value->>'hash'`, subject: 'i.subject' },
        source: 'from json_each(?3) v join inbound i on i.id = ?1 and i.written_by = ?2 where true',
      },
      row.inbound,
      token,
      commands(row.identityHashes.map((hash) => ({ hash }))),
    ),
    journalLines(
      {
        id: `'national-dossier:' || n.national_code || ':' || ?2`,
        ref: `'national-dossier:' || n.national_code`,
        to: `'received: version ' || n.version`,
        actor: `'system:' || ?3`,
        hash: '?4',
        source: news,
      },
      row.nationalCode,
      token,
      row.system,
      row.hash,
    ),
    raiseFrom(
      nationalDossierReceived,
      { id: '?3', system: '?4', ref: 'n.national_code', data: `?5 || n.version || '}'`, source: news },
      row.nationalCode,
      token,
      row.eventId,
      row.system,
      `${JSON.stringify({ nationalCode: row.nationalCode, procedure: row.procedure, agency: row.agency }).slice(0, -1)},"version":`,
    ),
  ];
}

export const find = (code: string): Statement =>
  sql(
    `select ${COLUMNS}, n.subject, u.salt, u.epoch, n.inbound_seq, n.body from national_dossier n join subject u on u.id = n.subject where n.national_code = ?1`,
    code,
  );

/** In order of change. Ends before the moment where later commits could still slip in between. */
export const list = (filter: {
  readonly after: { readonly changedAt: number; readonly code: string } | undefined;
  readonly changedSince: number;
  readonly acknowledged: boolean | undefined;
  readonly limit: number;
}): Statement =>
  sql(
    `select ${COLUMNS} from national_dossier n
      where n.changed_at >= ?1 and (n.changed_at > ?2 or (n.changed_at = ?2 and n.national_code > ?3)) and n.changed_at < {atHorizon}
        and (cast(?4 as bigint) is null or (case when n.acknowledged_at is null then 0 else 1 end) = cast(?4 as bigint))
      order by n.changed_at, n.national_code limit cast(?5 as bigint)`,
    Math.max(filter.changedSince, filter.after?.changedAt ?? 0),
    filter.after?.changedAt ?? -1,
    filter.after?.code ?? '',
    filter.acknowledged === undefined ? null : filter.acknowledged ? 1 : 0,
    filter.limit,
  );

/**
 * Puts the receipt down, once for a version: refused, changing nothing, where another code was given before or where
 * `version` is no longer the present one. The last statement's row says how it stands.
 */
export function acknowledge(input: {
  readonly nationalCode: string;
  readonly dossierCode: string;
  readonly version: number | null;
  readonly actor: string;
  readonly token: string;
}): Statement[] {
  return [
    sql(
      `update national_dossier set dossier_code = ?2, acknowledged_at = {at}, acknowledged_by = ?4, changed_at = {at}, written_by = ?5
        where national_code = ?1 and acknowledged_at is null and (dossier_code is null or dossier_code = ?2)
          and (cast(?3 as bigint) is null or version = cast(?3 as bigint))`,
      input.nationalCode,
      input.dossierCode,
      input.version,
      input.actor,
      input.token,
    ),
    journalLines(
      {
        id: `'national-dossier:' || n.national_code || ':' || ?2`,
        ref: `'national-dossier:' || n.national_code`,
        to: `'acknowledged: version ' || n.version || ' as ' || n.dossier_code`,
        actor: '?3',
        source: 'from national_dossier n where n.national_code = ?1 and n.written_by = ?2',
      },
      input.nationalCode,
      input.token,
      input.actor,
    ),
    sql(`select ${COLUMNS} from national_dossier n where n.national_code = ?1`, input.nationalCode),
  ];
}
