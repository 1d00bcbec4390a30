import { type CountRow, counts } from '../delivery/counting.ts';
import { type Engine, type Statement, sql } from '../store/engine.ts';

/** How many exchanges of a system stand where. */
export interface BacklogRow {
  readonly system: string;
  readonly operation: string;
  readonly state: string;
  readonly cause: string | null;
  readonly n: number;
}
export interface Backlog {
  /** What is still to be settled, refused or given up; of refused and given up desired states the newest alone. */
  readonly rows: readonly BacklogRow[];
  /** When what has waited longest to be settled was accepted, epoch milliseconds; by system. */
  readonly oldest: ReadonlyMap<string, number>;
  /** Streams that are parked, by system. */
  readonly parked: ReadonlyMap<string, number>;
  /** When the last of what waits for a time falls due, steady milliseconds; by system. */
  readonly lastDue: ReadonlyMap<string, number>;
  /** When the last delivery was settled, epoch milliseconds, by system. */
  readonly lastDelivered: ReadonlyMap<string, number>;
}

const SHOWN: ReadonlySet<string> = new Set(['pending', 'sending', 'retrying', 'uncertain', 'rejected', 'dead']);

/** As it stands now, from what is kept: the cost follows neither the backlog nor the history. */
export async function readBacklog(engine: Pick<Engine, 'scan'>): Promise<Backlog> {
  const [counted, oldestOf, parked, due] = await Promise.all([
    engine.scan<CountRow>(counts()),
    engine.scan<{ system: string; at: number | null }>(oldest()),
    engine.scan<{ system: string; n: number }>(parkedStreams()),
    engine.scan<{ system: string; at: number | null }>(latestDue()),
  ]);
  const lastDelivered = new Map<string, number>();
  for (const { system, standing, at } of counted)
    if (standing === 'delivered') lastDelivered.set(system, Math.max(at, lastDelivered.get(system) ?? 0));
  return {
    rows: counted
      .filter(({ standing }) => SHOWN.has(standing))
      .map(({ system, operation, standing, cause, n }) => ({
        ...{ system, operation, state: standing, cause: cause === '' ? null : cause, n },
      })),
    oldest: new Map(oldestOf.flatMap(({ system, at }) => (at === null ? [] : [[system, at]]))),
    parked: new Map(parked.map(({ system, n }) => [system, n])),
    lastDue: new Map(due.flatMap(({ system, at }) => (at === null ? [] : [[system, at]]))),
    lastDelivered,
  };
}

/** By system the exchange that was accepted first of those that are still to be settled. */
export const oldest = (): Statement =>
  sql(
    `select c.system, (select x.accepted_at from exchange x where x.system = c.system and x.state in ('pending', 'sending', 'retrying', 'uncertain')
        order by x.id limit 1) as at from (select distinct system from exchange_count union select distinct system from exchange_move) c`,
  );

/** By system the latest time that a stream of it waits for: one step along the index of each lane. */
export const latestDue = (): Statement =>
  sql(
    `select l.system, max((select max(s.due_at) from stream s where s.lane = l.name and s.due_at is not null and s.parked_reason is null and s.owner is null)) as at
       from lane l group by l.system`,
  );

export const parkedStreams = (): Statement =>
  sql(
    `select l.system, sum(p.n) as n from (select s.lane, count(*) as n from stream s where s.parked_reason is not null group by s.lane) p
       join lane l on l.name = p.lane group by l.system`,
  );

/** Calls of one lane that are open now. */
export const openCalls = (): Statement =>
  sql('select lane, count(*) as n from call where ended_at is null group by lane');
