import { sql as raw, type SelectQueryBuilder } from 'kysely';
import type { CommandKind } from '../../adapters/adapter.ts';
import type { Doubt } from '../delivery/rules/settlement.ts';
import { newId } from '../platform.ts';
import { type Statement, sql } from '../store/engine.ts';
import { queryCompiler, statementOf } from '../store/query.ts';
import { mayBeSeen, type Sight } from './sight.ts';

/** The columns that filters touch; for Kysely, which only compiles here. */
interface Tables {
  exchange: {
    id: string;
    stream: string;
    seq: number;
    operation: string;
    kind: CommandKind;
    version: number | null;
    state: string;
    cause: string | null;
    attempts: number;
    due_at: number | null;
    accepted_at: number;
    accepted_by: string;
    settled_at: number | null;
    superseded_by: string | null;
  };
  attempt: { exchange: string; n: number; code: string | null };
  stream: { id: string; system: string; key: string };
}

export interface ExchangeFilter {
  readonly system?: string | undefined;
  /** Streams by their ids: those of one key. */
  readonly streams?: readonly string[] | undefined;
  readonly states?: readonly string[] | undefined;
  readonly operations?: readonly string[] | undefined;
  readonly causes?: readonly string[] | undefined;
  /** Code of the last attempt. */
  readonly codes?: readonly string[] | undefined;
  /** Epoch milliseconds, inclusive. */
  readonly acceptedFrom?: number | undefined;
  /** Epoch milliseconds, exclusive. */
  readonly acceptedTo?: number | undefined;
  /** Of what collapses, only the newest: an older state is never sent again. */
  readonly newestOnly?: boolean | undefined;
}

export interface SummaryRow {
  readonly id: string;
  readonly system: string;
  readonly key: string;
  readonly stream: string;
  readonly seq: number;
  readonly operation: string;
  readonly kind: CommandKind;
  readonly version: number | null;
  readonly state: string;
  readonly cause: string | null;
  readonly attempts: number;
  readonly due_at: number | null;
  readonly accepted_at: number;
  readonly accepted_by: string;
  readonly settled_at: number | null;
  readonly superseded_by: string | null;
}

const db = queryCompiler<Tables>();
const SUMMARY = [
  'x.id',
  'x.stream',
  'x.seq',
  'x.operation',
  'x.kind',
  'x.version',
  'x.state',
  'x.cause',
  'x.attempts',
  'x.due_at',
  'x.accepted_at',
  'x.accepted_by',
  'x.settled_at',
  'x.superseded_by',
] as const;

type Exchanges<Output> = SelectQueryBuilder<Tables & { x: Tables['exchange'] }, 'x', Output>;

/** A clock may have been set back between the making of an id and the commit by this much, milliseconds. */
const CLOCK_DOUBT_MS = 3_600_000;

/** The least id of an exchange made at that time: ids sort by time, so a page need not look at older ones. */
function leastId(ms: number): string {
  const at = Math.max(0, ms - CLOCK_DOUBT_MS);
  return newId(
    { wall: () => at, steady: () => at, random: () => 0, bytes: (n) => new Uint8Array(n), after: () => () => {} },
    'x',
  );
}

/** What of a filter's exchanges this caller may not see is left out; nothing is asked where nothing could be met. */
function seen<Output>(query: Exchanges<Output>, filter: ExchangeFilter, { caller, owned }: Sight) {
  const met = owned.filter(({ system }) => filter.system === undefined || filter.system === system);
  if (caller === null || met.length === 0) return query;
  const may = raw.raw(mayBeSeen({ owned: met }, 'x.stream', 'who.id'));
  return query.where(raw<boolean>`exists (select 1 from (select ${caller} as id) who where ${may})`);
}

function narrowed<Output>(query: Exchanges<Output>, filter: ExchangeFilter, sight: Sight) {
  let narrow = seen(query, filter, sight);
  if (filter.streams !== undefined) narrow = narrow.where('x.stream', 'in', [...filter.streams]);
  else if (filter.system !== undefined)
    // ';' is the character after ':': every stream of the system, whatever its key.
    narrow = narrow.where('x.stream', '>=', `${filter.system}:`).where('x.stream', '<', `${filter.system};`);
  if (filter.states !== undefined) narrow = narrow.where('x.state', 'in', [...filter.states]);
  if (filter.operations !== undefined) narrow = narrow.where('x.operation', 'in', [...filter.operations]);
  if (filter.causes !== undefined) narrow = narrow.where('x.cause', 'in', [...filter.causes]);
  if (filter.acceptedFrom !== undefined)
    narrow = narrow.where('x.accepted_at', '>=', filter.acceptedFrom).where('x.id', '>=', leastId(filter.acceptedFrom));
  if (filter.acceptedTo !== undefined) narrow = narrow.where('x.accepted_at', '<', filter.acceptedTo);
  if (filter.codes !== undefined) {
    const codes = [...filter.codes];
    narrow = narrow.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('attempt as a')
          .select('a.n')
          .whereRef('a.exchange', '=', 'x.id')
          .whereRef('a.n', '=', 'x.attempts')
          .where('a.code', 'in', codes),
      ),
    );
  }
  if (filter.newestOnly === true)
    narrow = narrow.where(({ or, eb, not, exists, selectFrom }) =>
      or([
        eb('x.kind', '<>', 'collapsing'),
        not(
          exists(
            selectFrom('exchange as y')
              .select('y.seq')
              .whereRef('y.stream', '=', 'x.stream')
              .whereRef('y.operation', '=', 'x.operation')
              .whereRef('y.seq', '>', 'x.seq'),
          ),
        ),
      ]),
    );
  return narrow;
}

/** A page of exchanges, the newest first. */
export function listExchanges(
  filter: ExchangeFilter,
  page: {
    readonly before: string | undefined;
    readonly limit: number;
    readonly sight: Sight;
  },
): Statement {
  const summaries = db
    .selectFrom('exchange as x')
    .select(({ selectFrom }) => [
      ...SUMMARY,
      selectFrom('stream as s').select('s.system').whereRef('s.id', '=', 'x.stream').as('system'),
      selectFrom('stream as s').select('s.key').whereRef('s.id', '=', 'x.stream').as('key'),
    ]);
  let query = narrowed(summaries, filter, page.sight);
  if (page.before !== undefined) query = query.where('x.id', '<', page.before);
  return statementOf(query.orderBy('x.id', 'desc').limit(page.limit));
}

export interface SliceRow {
  readonly id: string;
  readonly stream: string;
  readonly operation: string;
}
/** The next exchanges that a filter meets, in the order of their ids. */
export function sliceOf(filter: ExchangeFilter, sight: Sight, after: string, limit: number): Statement {
  return statementOf(
    narrowed(db.selectFrom('exchange as x').select(['x.id', 'x.stream', 'x.operation']), filter, sight)
      .where('x.id', '>', after)
      .orderBy('x.id')
      .limit(limit),
  );
}

export interface CountRow {
  readonly operation: string;
  readonly state: string;
  readonly cause: string | null;
  readonly count: number;
}
export function countsOf(filter: ExchangeFilter, sight: Sight): Statement {
  return statementOf(
    narrowed(
      db
        .selectFrom('exchange as x')
        .select(['x.operation', 'x.state', 'x.cause', ({ fn }) => fn.countAll<number>().as('count')]),
      filter,
      sight,
    )
      .groupBy(['x.operation', 'x.state', 'x.cause'])
      .orderBy('x.operation')
      .orderBy('x.state')
      .orderBy('x.cause'),
  );
}

export interface PositionRow extends SummaryRow {
  readonly subject: string | null;
  readonly now: number;
  readonly desired_version: number;
  readonly sent_version: number;
  readonly sent_at: number | null;
  readonly owner: string | null;
  readonly stream_due: number | null;
  readonly quiet_until: number;
  readonly doubt: Doubt;
  readonly parked_reason: string | null;
  readonly parked_by: string | null;
  readonly parked_at: number | null;
  readonly parked_until: number | null;
  /** The number of the exchange that goes next, by the same judgement as the claim. */
  readonly next_seq: number | null;
  readonly newest: string;
  readonly dead_before: number;
  readonly lane: string | null;
  readonly breaker: 'closed' | 'open' | null;
  readonly open_until: number | null;
  readonly not_before: number | null;
  readonly paused_reason: string | null;
  readonly paused_by: string | null;
}

/** One exchange with everything that bears on when it goes. `next` is delivery's own judgement of a stream. */
export const position = (id: string, next: (stream: string) => string, sight: Sight): Statement =>
  sql(
    `select ${SUMMARY.join(', ')}, s.system, s.key, x.subject, {now} as now, s.desired_version, s.sent_version, s.sent_at, s.owner, s.due_at as stream_due,
            s.quiet_until, s.doubt, s.parked_reason, s.parked_by, s.parked_at, s.parked_until, ${next('s')} as next_seq,
            (select n.id from exchange n where n.stream = s.id and n.operation = x.operation order by n.seq desc limit 1) as newest,
            (select count(*) from exchange d where d.stream = s.id and x.version is not null and d.kind <> 'collapsing' and d.seq < x.seq and d.state = 'dead') as dead_before,
            l.name as lane, l.breaker, l.open_until, l.not_before, l.paused_reason, l.paused_by
       from exchange x join stream s on s.id = x.stream left join lane l on l.name = s.lane
      where x.id = ?1 and ${mayBeSeen(sight, 'x.stream', '?2')}`,
    id,
    sight.caller,
  );

export interface AttemptRow {
  readonly n: number;
  readonly call: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly purpose: 'send' | 'read-back' | 'confirm' | null;
  readonly operation: string | null;
  readonly items: number | null;
  readonly raw: string | null;
  readonly raw_subject: string | null;
}
/** Attempts, the newest first. What is sealed comes along only to be opened for a stated purpose. */
export const attemptsOf = (id: string, revealing: boolean): Statement =>
  sql(
    `select a.n, a.call, a.started_at, a.ended_at, a.outcome, a.code, ${revealing ? 'a.detail' : 'null as detail'}, c.purpose, c.operation, c.items,
            ${revealing ? 'c.raw, c.subject as raw_subject' : 'null as raw, null as raw_subject'}
       from attempt a left join call c on c.id = a.call where a.exchange = ?1 order by a.n desc limit 100`,
    id,
  );

export interface WatchedRow {
  readonly query: string;
  readonly ref: string;
  readonly asked: number;
  readonly due_at: number | null;
  readonly ends_at: number;
  readonly ended_at: number | null;
}
/** The newest watch that brings an exchange's answer. */
export const watchOf = (exchange: string): Statement =>
  sql(
    `select w.query, w.ref, w.asked, w.due_at, w.ends_at, w.ended_at from watch w where w.exchange = ?1 and w.exchange is not null order by w.opened_at desc limit 1`,
    exchange,
  );
