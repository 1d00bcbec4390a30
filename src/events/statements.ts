import { journalLines } from '../chronicle/journal-line.ts';
import { raiseFrom } from '../chronicle/raise.ts';
import { subjectsEnded } from '../crypto/subject-rows.ts';
import { cancelAll } from '../delivery/old-exchanges.ts';
import type { SettledExchange } from '../delivery/operations.ts';
import { asides } from '../delivery/statements.ts';
import { type Engine, type Statement, sql } from '../store/engine.ts';
import { deliveryRefused, storeRestored, subscriptionEnded } from './event-types.ts';
import { GONE, OTHERS_PASS_AFTER, SUBSCRIBER, streamOf } from './subscriber.ts';

/** Events of one subscription that are on their way at the same time, at most; the others wait in the feed. */
export const WAITING_AT_MOST = 200;
/** Settled deliveries that are kept of each subscription, for people to look at. */
export const KEPT_DELIVERIES = 200;

const OPEN = `('pending', 'sending', 'retrying', 'uncertain')`;
/** The newest exchanges of a subscription: everything open is among them, because they go in order; what they pass is not. */
const tail = (what: string) =>
  `(select count(*) from (select x.state, x.aside from exchange x where x.stream = '${SUBSCRIBER}:' || s.id order by x.seq desc limit ${WAITING_AT_MOST}) t where t.aside = 0 and t.state in ${what})`;

export interface SubscriptionRow {
  readonly id: string;
  readonly url: string;
  /** The whole address, sealed; null where `url` is it. */
  readonly address: string | null;
  readonly types: string;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly secrets: string;
  readonly position: number;
  readonly created_at: number;
  readonly created_by: string;
  readonly ended_at: number | null;
  readonly waiting: number;
  readonly failing: number;
  /** Refused ones that are tried again beside the others. */
  readonly aside: number;
  readonly given_up: number;
  readonly next_seq: number | null;
}
export const LIST = `select s.id, s.url, s.address, s.types, s.subject, u.salt, u.epoch, s.secrets, s.position, s.created_at, s.created_by, s.ended_at,
    ${tail(OPEN)} as waiting, ${tail(`('retrying', 'uncertain')`)} as failing, (${asides(`'${SUBSCRIBER}:' || s.id`)}) as aside,
    (select count(*) from exchange x where x.stream = '${SUBSCRIBER}:' || s.id and x.state = 'dead') as given_up,
    (select m.next_seq from stream m where m.id = '${SUBSCRIBER}:' || s.id) as next_seq
  from subscription s join subject u on u.id = s.subject`;

/** At least so far do the positions after a restore lie beyond those of the copy, also where the clock stands wrong. */
const RESTORE_GAP = 1_000_000_000;
/** Positions that a restore passes over for each millisecond of the clock: no store raises events that fast. */
const POSITIONS_A_MS = 1_000;

/**
 * The first event after a restore; it takes its place at once, and what has none yet comes after it. Its position is the
 * clock's: beyond all that was given out in the lost time, and after any earlier restore, even of the same copy, so that
 * whoever had read on hears all that comes (I1). It stays a safe integer until the year 2255.
 */
export const restored = (id: string, takenAt: string): Statement =>
  raiseFrom(
    storeRestored,
    {
      id: '?1',
      system: 'null',
      ref: `'store'`,
      data: '?2',
      position: `case when t.top + ${RESTORE_GAP} > {at} * ${POSITIONS_A_MS} then t.top + ${RESTORE_GAP} else {at} * ${POSITIONS_A_MS} end`,
      source: 'from (select coalesce(max(e.position), 0) as top from event e where e.position is not null) t',
    },
    id,
    JSON.stringify({ takenAt }),
  );

/** Events that one look goes through when it filters by type: bounds the work of one request. */
const LOOKED_THROUGH = 20_000;
/** `up_to`: the position where a look that begins after `after` ends. */
const lookUpTo = (after: number, head: number): Statement =>
  sql(
    `select max(l.position) as up_to from (select p.position from event p where p.position > ?1 and p.position <= ?2 order by p.position limit ${LOOKED_THROUGH}) l`,
    after,
    head,
  );
/** The newest position, 0 before there is one. */
export async function headOf(engine: Pick<Engine, 'all'>): Promise<number> {
  const [top] = await engine.all<{ head: number | null }>(
    sql('select max(position) as head from event where position is not null'),
  );
  return top?.head ?? 0;
}
/** Where a look through the feed after `after` ends; `filtered` ones end early. */
export async function endOfLook(
  engine: Pick<Engine, 'all'>,
  after: number,
  head: number,
  filtered: boolean,
): Promise<number> {
  if (!filtered) return head;
  const [row] = await engine.all<{ up_to: number | null }>(lookUpTo(after, head));
  return row?.up_to ?? head;
}

/** A line of the journal on a subscription that this batch wrote. */
export const noteOn = (id: string, note: string, actor: string, token: string): Statement =>
  journalLines(
    {
      id: `'subscription:' || s.id || ':' || ?4`,
      ref: `'subscription:' || s.id`,
      to: '?2',
      actor: '?3',
      source: 'from subscription s where s.id = ?1 and s.written_by = ?4',
    },
    id,
    note,
    actor,
    token,
  );

/** Ends a subscription; the last statement's row tells that this batch did it. */
export const end = (id: string, actor: string, token: string): Statement[] => [
  ...ending(id, actor, token),
  sql('select id from subscription where id = ?1 and written_by = ?2 and ended_at is not null', id, token),
];

/** `stamped`: only where this batch stamped its stream. */
const ending = (id: string, actor: string, token: string, { stamped = false } = {}): Statement[] => [
  sql(
    `update subscription set ended_at = {at}, secrets = '{"next":1,"live":[]}', written_by = ?2 where id = ?1 and ended_at is null
       ${stamped ? `and exists (select 1 from stream m where m.id = '${SUBSCRIBER}:' || ?1 and m.written_by = ?2)` : ''}`,
    id,
    token,
  ),
  noteOn(id, 'ended', actor, token),
  ...cancelAll(streamOf(id), actor, token, { stamped }),
  // Without the salt nobody can open its secrets or deliveries any more, in no backup either.
  subjectsEnded('select s.subject from subscription s where s.id = ?1 and s.written_by = ?2', id, token),
];

/** In the commit of a settlement: the receiver said that it is gone. */
export const gone = (id: string, event: string, token: string): Statement[] => [
  ...ending(id, 'receiver', token, { stamped: true }),
  raiseFrom(
    subscriptionEnded,
    {
      ...{ id: '?1', system: 'null', ref: 's.id', data: '?2' },
      source: 'from subscription s where s.id = ?3 and s.written_by = ?4 and s.ended_at is not null',
    },
    ...[event, JSON.stringify({ subscription: id, reason: GONE }), id, token],
  ),
];

/**
 * In the commit of a settlement: told where the others begin to pass this one and passed none before, so that a receiver
 * that refuses much is told of once. What is itself about a subscription (`part`) is told of to nobody: two receivers that
 * refuse what is said of each other would never end.
 */
export const passed = ({ exchange, key, cause }: SettledExchange, event: string, token: string): Statement =>
  raiseFrom(
    deliveryRefused,
    {
      ...{ id: '?1', system: 'null', ref: 's.key', data: '?2' },
      source: `from exchange x join stream s on s.id = x.stream and s.written_by = ?4
        where x.id = ?3 and x.aside = 1 and x.refusals = ${OTHERS_PASS_AFTER} and x.part is null and (${asides('s.id')}) = 1`,
    },
    ...[event, JSON.stringify({ subscription: key, exchange, cause }), exchange, token],
  );
