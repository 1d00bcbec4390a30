import { type RawBuilder, sql as raw, type SelectQueryBuilder } from 'kysely';
import type { CommandKind } from '../../adapters/adapter.ts';
import { exchangeState, saidOf } from '../../contracts/domain/exchange.ts';
import type { Doubt } from '../delivery/rules/settlement.ts';
import { idFrom } from '../platform.ts';
import { type Statement, sql } from '../store/engine.ts';
import { queryCompiler, statementOf } from '../store/query.ts';
import { mayBeSeen, type Sight } from './sight.ts';
import { inState } from './state-index.ts';

/** The columns that filters touch; for Kysely, which only compiles here. */
interface Tables {
  exchange: {
    id: string;
    system: string;
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
  'x.system',
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
const leastId = (ms: number): string => idFrom('x', Math.min(Math.max(0, ms), LAST_MS));
/** The last time that an id can name, milliseconds. */
const LAST_MS = 32 ** 10 - 1;

/** What of a filter's exchanges this caller may not see is left out; nothing is asked where nothing could be met. */
function seen<Output>(query: Exchanges<Output>, filter: ExchangeFilter, { caller, owned }: Sight) {
  const met = owned.filter(({ system }) => filter.system === undefined || filter.system === system);
  if (caller === null || met.length === 0) return query;
  const may = raw.raw(mayBeSeen({ owned: met }, 'x.stream', 'who.id'));
  return query.where(raw<boolean>`exists (select 1 from (select ${caller} as id) who where ${may})`);
}

function narrowed<Output>(query: Exchanges<Output>, filter: ExchangeFilter) {
  let narrow = query;
  if (filter.streams !== undefined) narrow = narrow.where('x.stream', 'in', [...filter.streams]);
  else if (filter.system !== undefined) narrow = narrow.where('x.system', '=', filter.system);
  if (filter.states !== undefined) narrow = narrow.where('x.state', 'in', [...filter.states]);
  if (filter.operations !== undefined) narrow = narrow.where('x.operation', 'in', [...filter.operations]);
  if (filter.causes !== undefined) narrow = narrow.where('x.cause', 'in', [...filter.causes]);
  if (filter.acceptedFrom !== undefined)
    narrow = narrow
      .where('x.accepted_at', '>=', filter.acceptedFrom)
      .where('x.id', '>=', leastId(filter.acceptedFrom - CLOCK_DOUBT_MS));
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

/** What one system is asked to do: what was delivered of it lies together, in the order of ids. */
export interface Lot {
  readonly system: string;
  readonly operation: string;
}
/** Every lot that has an exchange, or once had one. */
export const lots = (): Statement =>
  sql('select system, operation from exchange_count union select system, operation from exchange_move order by 1, 2');

/** A share of a filter's exchanges that an index has in the order of their ids. Shares do not overlap. */
interface Share {
  readonly where: RawBuilder<unknown>;
  /** What of the filter it leaves to be looked at. */
  readonly left: ExchangeFilter;
}

/** What must not lead a query to the exchanges of a system, one after the other, when a better way was chosen. */
const inside = (system: string | undefined): RawBuilder<unknown> =>
  system === undefined ? raw`1 = 1` : raw`(x.system || '') = ${system}`;

const BY_SYSTEM: ReadonlySet<string> = new Set(['pending', 'superseded', 'cancelled']);

/** The shares of a filter: by cause, which few have, or else by state. */
function sharesOf(filter: ExchangeFilter, known: readonly Lot[]): readonly Share[] {
  const { system, states, causes, operations, ...left } = filter;
  const whole = [{ where: raw`1 = 1`, left: filter }];
  if (filter.streams !== undefined) return whole;
  const common = states?.includes('delivered') !== false;
  if (causes !== undefined && common)
    return [...new Set(causes)].map((cause) => ({
      where: raw`x.cause = ${cause} and ${inside(system)}`,
      left: { ...left, states, operations },
    }));
  if (states === undefined && system === undefined && operations === undefined) return whole;
  const lotsMet = known
    .filter((lot) => system === undefined || lot.system === system)
    .filter((lot) => operations === undefined || operations.includes(lot.operation));
  return [...new Set(states ?? exchangeState.options)].flatMap((state): Share[] => {
    const where = raw.raw(inState('x', state));
    // What is delivered has its index by lot, what may be much besides by system, and of the rest there is little.
    if (state === 'delivered')
      return lotsMet.map((lot) => ({
        where: raw`${where} and x.system = ${lot.system} and x.operation = ${lot.operation}`,
        left: { ...left, causes },
      }));
    if (!BY_SYSTEM.has(state))
      return [{ where: raw`${where} and ${inside(system)}`, left: { ...left, causes, operations } }];
    return [...new Set(lotsMet.map((lot) => lot.system))].map((each) => ({
      where: raw`${where} and x.system = ${each}`,
      left: { ...left, causes, operations },
    }));
  });
}

/** What a list shows of each, with the key of its stream. */
const summaries = () =>
  db
    .selectFrom('exchange as x')
    .select(({ selectFrom }) => [
      ...SUMMARY,
      selectFrom('stream as s').select('s.key').whereRef('s.id', '=', 'x.stream').as('key'),
    ]);

type Page = SelectQueryBuilder<Tables & { x: SummaryRow }, 'x', SummaryRow>;

/** As many of the pages as one `union all` may have on the narrowest engine. */
const TERMS_AT_MOST = 5;

/** Pages as one: not in order, and longer than one. */
function together(pages: readonly Page[]): Page {
  const [first, ...others] = pages.map((page) => db.selectFrom(page.as('w')).selectAll());
  if (first === undefined) throw new Error('no page');
  if (others.length < TERMS_AT_MOST) return others.reduce((all, next) => all.unionAll(next), first) as unknown as Page;
  const size = Math.ceil(pages.length / TERMS_AT_MOST);
  const groups = Array.from({ length: Math.ceil(pages.length / size) }, (_, n) =>
    together(pages.slice(n * size, (n + 1) * size)),
  );
  return together(groups);
}

/**
 * A page of exchanges, the newest first. Every share of the filter is read along an index that has it in that order and
 * ends with the page, so that what few have, or nobody, is found as soon as what all have.
 */
export function listExchanges(
  filter: ExchangeFilter,
  page: {
    readonly before: string | undefined;
    readonly limit: number;
    readonly sight: Sight;
    /** Those there are. */
    readonly lots?: readonly Lot[];
  },
): Statement {
  const { before, limit, sight } = page;
  const newest = (query: Page): Page => query.orderBy('x.id', 'desc').limit(limit);
  const pages = sharesOf(filter, page.lots ?? []).map(({ where, left }): Page => {
    const from = seen(summaries(), filter, sight);
    let query = narrowed(from, left).where(raw<boolean>`(${where})`);
    if (before !== undefined) query = query.where('x.id', '<', before);
    if (filter.acceptedTo !== undefined) query = query.where('x.id', '<', leastId(filter.acceptedTo + CLOCK_DOUBT_MS));
    return newest(query as unknown as Page);
  });
  const [only] = pages;
  if (only === undefined) return sql('select x.id from exchange x where 1 = 0');
  if (pages.length === 1) return statementOf(only);
  return statementOf(newest(db.selectFrom(together(pages).as('x')).selectAll() as unknown as Page));
}

export interface SliceRow {
  readonly id: string;
  readonly stream: string;
  readonly operation: string;
}
/** The next exchanges that a filter meets, in the order of their ids. */
export function sliceOf(filter: ExchangeFilter, sight: Sight, after: string, limit: number): Statement {
  return statementOf(
    narrowed(seen(db.selectFrom('exchange as x').select(['x.id', 'x.stream', 'x.operation']), filter, sight), filter)
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
      seen(
        db
          .selectFrom('exchange as x')
          .select(['x.operation', 'x.state', 'x.cause', ({ fn }) => fn.countAll<number>().as('count')]),
        filter,
        sight,
      ),
      filter,
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
  readonly told_until: number;
  /** Wall time beside `now`, which is steady. */
  readonly at: number;
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
  readonly lane_class: string | null;
  readonly paused_reason: string | null;
  readonly paused_by: string | null;
}

/** One exchange with everything that bears on when it goes. `next` is delivery's own judgement of a stream. */
export const position = (id: string, next: (stream: string) => string, sight: Sight): Statement =>
  sql(
    `select ${SUMMARY.join(', ')}, s.key, x.subject, {now} as now, s.desired_version, s.sent_version, s.sent_at, s.owner, s.due_at as stream_due,
            s.quiet_until, s.told_until, {at} as at, s.doubt, s.parked_reason, s.parked_by, s.parked_at, s.parked_until, ${next('s')} as next_seq,
            (select n.id from exchange n where n.stream = s.id and n.operation = x.operation order by n.seq desc limit 1) as newest,
            (select count(*) from exchange d where d.stream = s.id and x.version is not null and d.kind <> 'collapsing' and d.seq < x.seq and d.state = 'dead') as dead_before,
            l.name as lane, l.class as lane_class, l.breaker, l.open_until, l.not_before, l.paused_reason, l.paused_by
       from exchange x join stream s on s.id = x.stream left join lane l on l.name = s.lane
      where x.id = ?1 and ${mayBeSeen(sight, 'x.stream', '?2')}`,
    id,
    sight.caller,
  );

export interface AttemptRow {
  readonly n: number;
  readonly epoch: number;
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
    `select a.n, a.epoch, a.call, a.started_at, a.ended_at, a.outcome, a.code, ${revealing ? 'a.detail' : 'null as detail'}, c.purpose, c.operation, c.items,
            ${revealing ? 'c.raw, c.subject as raw_subject' : 'null as raw, null as raw_subject'}
       from attempt a left join call c on c.id = a.call where a.exchange = ?1 order by a.n desc limit 100`,
    id,
  );

export interface SaidRow {
  readonly to_state: string;
  readonly actor: string;
  readonly at: number;
}
/** What people said of an exchange, the newest first, each after what it is and `: `. */
export const saidOfExchange = (id: string): Statement =>
  sql(
    `select j.to_state, j.actor, j.at from journal j where j.id >= ?1 || ':' and j.id < ?1 || ';' and j.ref = ?1
        and (${saidOf.options.map((what) => `j.to_state like '${what}: %'`).join(' or ')}) order by j.position desc limit 100`,
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
