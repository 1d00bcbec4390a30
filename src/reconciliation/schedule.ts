import type { RunAbout } from '../../contracts/domain/reconciliation.ts';
import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { RoomParts } from '../room.ts';
import type { Fetched, FetchOrders } from './fetch-orders.ts';
import type { Runs } from './runs.ts';

/** Half of it is longer than what is fetched takes at most. */
const LEASE_MS = 300_000;
const REST_MS = 60_000;
const DAY_MS = 86_400_000;
/** Stands for the clock where a person would ask. */
export const SCHEDULE = 'schedule';

/** A list that was asked for and is not there. */
class NotFetched extends Error {
  override readonly name = 'NotFetched';
  /** Why, as one stable word; never the words of the other side. */
  readonly code: string;
  constructor(code: string) {
    super('the list is not there');
    this.code = code;
  }
}

/**
 * Asks for the runs of the day before, once a day from a time of day in Vietnam on (`HH:mm`), that about money once the
 * lists were fetched which can be asked for: whoever comes in the morning finds it done. A list that cannot be had keeps no
 * run waiting: the next day's has the same orders. A process that was down at that time asks when it is there again.
 */
export const createSchedule = (
  { engine, platform, owner, failed }: Pick<RoomParts, 'engine' | 'platform' | 'owner' | 'failed'>,
  { runs, fetchOrders, at }: { readonly runs: Runs; readonly fetchOrders: FetchOrders; readonly at: string },
): Loop => {
  const fetchFailed = failed('the orders of the day before could not be fetched');
  return createLoop({
    name: 'reconciliation-schedule',
    platform,
    lease: { engine, owner, forMs: LEASE_MS },
    failed: failed('the day before could not be put down for reconciliation'),
    turn: async ({ mine, stopping }) => {
      const now = new Date(platform.wall() + VIETNAM_OFFSET_MS).toISOString();
      if (now.slice(11, 16) < at) return REST_MS;
      const day = new Date(Date.parse(now) - DAY_MS).toISOString().slice(0, 10);
      const wanted = (about: RunAbout): Promise<boolean> =>
        runs.wasAsked({ date: day, about }, SCHEDULE).then((was) => !was);
      if (runs.canLookUp() && (await wanted('dossiers')) && (await mine()))
        await runs.ask({ date: day, about: 'dossiers' }, SCHEDULE);
      // Of a day that finance has closed already nothing is asked for.
      if (!(await wanted('money')) || (await runs.isClosed(day)) || !(await mine())) return REST_MS;
      try {
        const fetched = await fetchOrders({ day, actor: SCHEDULE, signal: stopping });
        const why = unfetched(fetched);
        if (why !== undefined && !stopping.aborted) fetchFailed(new NotFetched(why));
      } catch (error) {
        fetchFailed(error);
      }
      if (!stopping.aborted && (await mine())) await runs.ask({ date: day, about: 'money' }, SCHEDULE);
      return REST_MS;
    },
  });
};

/** Undefined where it is there, or nobody is to be asked. */
function unfetched(fetched: Fetched): string | undefined {
  if (fetched.kind === 'unreadable') return fetched.kind;
  if (fetched.kind !== 'not-had' || fetched.answer.kind === 'not-configured') return undefined;
  const { answer } = fetched;
  return 'reason' in answer ? answer.reason : 'why' in answer ? answer.why : answer.kind;
}
