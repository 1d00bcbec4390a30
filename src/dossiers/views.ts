import type { DeliveryState, TimelineKind } from '../../contracts/domain/delivery.ts';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { AgencyLevel, Channel, DossierStatus } from '../../contracts/domain/status.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { JOURNAL_WORDS, readWords } from '../crypto/kept-words.ts';
import { revealed } from '../crypto/revealed.ts';
import type { SubjectKey, Vault } from '../crypto/vault.ts';
import { NONE } from '../delivery/standing.ts';
import type { Platform } from '../platform.ts';
import { type RoomParts, slot } from '../room.ts';
import { type Engine, type SqlValue, type Statement, sql } from '../store/engine.ts';
import { readContent } from './content.ts';
import { bodyRow, PORTAL, PRESENT_BODY, STREAM, SYNC_DOSSIER } from './statements.ts';

/** How far the nation has a dossier. Times are epoch milliseconds, here and below. */
export interface DossierDelivery {
  readonly state: DeliveryState;
  readonly exchange: string | null;
  /** Why it is not delivered; a stable word or their code. */
  readonly cause: string | null;
  readonly desiredVersion: number;
  /** The newest version that the nation took; 0 is none. */
  readonly shownVersion: number;
  readonly shownAt: number | null;
  readonly stepsWaiting: number;
  readonly nextTryAt: number | null;
  readonly parkedReason: string | null;
}

/** A dossier without any person in it. */
export interface DossierSummary {
  readonly code: string;
  readonly nationalCode: string | null;
  readonly revision: number | null;
  readonly updatedAt: number;
  readonly version: number;
  readonly status: DossierStatus;
  readonly channel: Channel;
  readonly level: AgencyLevel | null;
  readonly agency: string;
  readonly procedure: string;
  readonly receivedAt: number | null;
  readonly dueAt: number | null;
  readonly closedAt: number | null;
  readonly changedAt: number;
  readonly delivery: DossierDelivery;
}

export interface TimelineEntry {
  readonly at: number;
  readonly kind: TimelineKind;
  readonly exchange: string | null;
  readonly operation: string | null;
  readonly seq: number | null;
  readonly version: number | null;
  readonly from: string | null;
  readonly to: string;
  readonly code: string | null;
  readonly call: string | null;
  readonly endedAt: number | null;
  readonly actor: string | null;
  /** Of which payment it tells. */
  readonly payment: string | null;
}

/** What other rooms tell in the timeline of a dossier, in any order. */
export type AlsoTold = (code: string) => Promise<readonly TimelineEntry[]>;
export const alsoTold = slot<AlsoTold>('dossiers/also-told');

interface SummaryRow {
  readonly code: string;
  readonly national_code: string | null;
  readonly revision: number | null;
  readonly updated_at: number;
  readonly version: number;
  readonly status: DossierStatus;
  readonly channel: Channel;
  readonly level: AgencyLevel | null;
  readonly agency: string;
  readonly procedure: string;
  readonly received_at: number | null;
  readonly due_at: number | null;
  readonly closed_at: number | null;
  readonly changed_at: number;
  readonly exchange: string | null;
  readonly state: string | null;
  readonly cause: string | null;
  readonly next_due: number | null;
  readonly desired_version: number;
  readonly sent_version: number;
  readonly sent_at: number | null;
  readonly parked_reason: string | null;
  readonly steps_waiting: number;
}

const SUMMARY = `d.code, d.national_code, d.revision, d.updated_at, d.version, d.status, d.channel, d.level, d.agency, d.procedure, d.received_at, d.due_at,
   d.closed_at, d.changed_at, x.id as exchange, x.state, x.cause, s.due_at as next_due, s.desired_version, s.sent_version, s.sent_at, s.parked_reason,
   (select count(*) from exchange p where p.stream = s.id and p.kind <> 'collapsing' and p.state in ('pending', 'sending', 'retrying', 'uncertain', 'dead')) as steps_waiting`;
const FROM = `from dossier d join stream s on s.id = ${STREAM}
   left join exchange x on x.stream = s.id and x.seq = (select max(y.seq) from exchange y where y.stream = s.id and y.operation = '${SYNC_DOSSIER}')`;
/** The dossier's delivery state as one word, from its stream and its newest snapshot exchange. */
const STATE = `case when s.parked_reason is not null then 'parked' when x.id is null then 'recorded' when x.state = 'pending' then 'waiting' else x.state end`;

function delivery(row: SummaryRow): DossierDelivery {
  const state =
    row.parked_reason !== null
      ? 'parked'
      : row.state === null
        ? 'recorded'
        : row.state === 'pending'
          ? 'waiting'
          : row.state;
  return {
    state: state as DeliveryState,
    exchange: row.exchange,
    cause: row.cause,
    desiredVersion: row.desired_version,
    shownVersion: row.sent_version,
    shownAt: row.sent_at,
    stepsWaiting: row.steps_waiting,
    nextTryAt: row.next_due,
    parkedReason: row.parked_reason,
  };
}

function summary(row: SummaryRow): DossierSummary {
  return {
    code: row.code,
    nationalCode: row.national_code,
    revision: row.revision,
    updatedAt: row.updated_at,
    version: row.version,
    status: row.status,
    channel: row.channel,
    level: row.level,
    agency: row.agency,
    procedure: row.procedure,
    receivedAt: row.received_at,
    dueAt: row.due_at,
    closedAt: row.closed_at,
    changedAt: row.changed_at,
    delivery: delivery(row),
  };
}

export interface ListFilter {
  readonly after: { readonly changedAt: number; readonly code: string } | undefined;
  readonly changedSince: number | undefined;
  readonly status: string | undefined;
  readonly agency: string | undefined;
  readonly delivery: string | undefined;
  readonly limit: number;
}

/** The stream of dossier `?1`. */
const OWN = `(select ${STREAM} from dossier d where d.code = ?1)`;
/** Its stream's word for a state of delivery, where it has another. */
const STANDING: Readonly<Record<string, string>> = { waiting: 'pending', recorded: NONE };
/** The columns along which a page is read. */
const DOSSIERS = { at: 'd.changed_at', code: 'd.code' };
const STREAMS = { at: 's.changed_at', code: 's.key' };

/**
 * A page of dossiers in the order of their changes, and one more. Those in one state of delivery are read along the index
 * of how streams stand, what is on the wire from the few streams that are held; all others along the times of change.
 */
export function listDossiers(filter: ListFilter): Statement {
  const { after, status, agency, delivery: state } = filter;
  const since = Math.max(filter.changedSince ?? 0, after?.changedAt ?? 0);
  const params: SqlValue[] = [since, after?.changedAt === since ? after.code : '', filter.limit + 1];
  const is = (expression: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${expression} = ?${params.push(value)}`];
  // Most are delivered: who asks for an agency's, or for those in one status, reads along its own order.
  const standing = state !== undefined && (state !== 'delivered' || (status ?? agency) === undefined);
  const { at, code } = standing && state !== 'sending' ? STREAMS : DOSSIERS;
  const conditions = [
    `(${at}, ${code}) > (?1, ?2) and ${at} < {atHorizon}`,
    ...is('d.status', status),
    ...is('d.agency', agency),
    ...is(STATE, state),
    ...(!standing
      ? []
      : state === 'sending'
        ? [`d.code in (select h.key from stream h where h.owner is not null and h.system = '${PORTAL}')`]
        : [`s.system = '${PORTAL}' and d.code = s.key`, ...is('s.standing', STANDING[state] ?? state)]),
  ];
  // What a page does not show is not counted either: the rows are chosen first and looked at closely afterwards.
  return sql(
    `select ${SUMMARY} ${FROM} where d.code in (
        select d.code ${state === undefined ? 'from dossier d' : FROM} where ${conditions.join(' and ')} order by ${at}, ${code} limit ?3)
      order by d.changed_at, d.code`,
    ...params,
  );
}

/** Entries of one timeline, the newest kept when there are more. */
const TIMELINE_LIMIT = 1_000;

/** What may be read of dossiers. Lists hold no person; content is opened only for a stated purpose. */
export function createDossierViews(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly filled: RoomParts['filled'];
}) {
  const { engine, vault, platform } = parts;

  async function find(code: string): Promise<DossierSummary | undefined> {
    const [row] = await engine.all<SummaryRow>(sql(`select ${SUMMARY} ${FROM} where d.code = ?1`, code));
    return row && summary(row);
  }

  /** The snapshot as it was handed over, and the version it is; undefined once its person's data was erased. */
  async function content(
    code: string,
  ): Promise<{ readonly snapshot: DossierSnapshot; readonly version: number } | undefined> {
    const [row] = await engine.all<{
      subject: string;
      salt: string | null;
      epoch: number;
      body: string | null;
      revision: number | null;
      updated_at: number;
      version: number;
    }>(
      sql(
        `select d.subject, u.salt, u.epoch, b.body, d.revision, d.updated_at, d.version from dossier d
           join subject u on u.id = d.subject left join ${PRESENT_BODY} where d.code = ?1`,
        code,
      ),
    );
    if (row?.salt == null || row.body === null) return undefined;
    const subject: SubjectKey = { id: row.subject, salt: row.salt, epoch: row.epoch };
    const [text] = await vault.open([
      { subject, purpose: 'dossier.body', row: bodyRow(code, row.version), sealed: row.body },
    ]);
    return text === undefined
      ? undefined
      : {
          snapshot: { ...readContent(text), revision: row.revision, updatedAt: vietnamTime(row.updated_at) },
          version: row.version,
        };
  }

  /** Content for a person with a purpose: the journal has it before they see it. */
  async function reveal(code: string, actor: string, purpose: string): Promise<DossierSnapshot | undefined> {
    const found = await content(code);
    if (found !== undefined) await engine.batch([revealed(platform, { ref: `dossier:${code}`, actor, purpose })]);
    return found?.snapshot;
  }

  async function list(filter: ListFilter): Promise<DossierSummary[]> {
    const rows = await engine.scan<SummaryRow>(listDossiers(filter));
    return rows.map(summary);
  }

  async function timeline(code: string): Promise<{ entries: TimelineEntry[]; complete: boolean }> {
    const rows = await engine.scan<{
      at: number;
      kind: TimelineEntry['kind'];
      exchange: string | null;
      operation: string | null;
      seq: number | null;
      version: number | null;
      from_state: string | null;
      to_state: string | null;
      code: string | null;
      call: string | null;
      ended_at: number | null;
      actor: string | null;
      place: number;
    }>(
      sql(
        `select j.at, 'state' as kind, x.id as exchange, x.operation, x.seq, x.version, j.from_state, j.to_state, x.cause as code, null as call, null as ended_at, j.actor, 2 as place
           from exchange x join journal j on j.id >= x.id || ':' and j.id < x.id || ';' where x.stream = ${OWN}
         union all
         select a.started_at, 'attempt', x.id, x.operation, x.seq, x.version, null, coalesce(a.outcome, 'under-way'), a.code, a.call, a.ended_at, null, 1
           from exchange x join attempt a on a.exchange = x.id where x.stream = ${OWN}
         union all
         select j.at, 'note', null, null, null, null, j.from_state, j.to_state, null, null, null, j.actor, 0
           from journal j where j.id >= ?2 || ':' and j.id < ?2 || ';' and j.ref = ?2
         order by 1 desc, place desc, seq desc limit ${TIMELINE_LIMIT + 1}`,
        code,
        `dossier:${code}`,
      ),
    );
    const told = rows.slice(0, TIMELINE_LIMIT);
    const said = await readWords(
      vault,
      JOURNAL_WORDS,
      told.map((row) => row.to_state),
    );
    const entries = told.map(
      (row, index): TimelineEntry => ({
        at: row.at,
        kind: row.kind,
        exchange: row.exchange,
        operation: row.operation,
        seq: row.seq,
        version: row.version,
        from: row.from_state,
        to: said[index] ?? '',
        code:
          row.kind === 'state' && ['pending', 'delivered', 'superseded'].includes(row.to_state ?? '') ? null : row.code,
        call: row.call,
        endedAt: row.ended_at,
        actor: row.actor,
        payment: null,
      }),
    );
    const also = (await Promise.all(parts.filled(alsoTold).map((tell) => tell(code)))).flat();
    return {
      // Each room tells in order; between them the time decides.
      entries: [...entries.reverse(), ...also].sort((a, b) => a.at - b.at),
      complete: rows.length <= TIMELINE_LIMIT,
    };
  }

  return { find, content, reveal, list, timeline };
}
export type DossierViews = ReturnType<typeof createDossierViews>;
