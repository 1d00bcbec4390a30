import type { ClockStep, SavedClock } from './clock.ts';
import { type Statement, sql } from './engine.ts';

/** What the store's clock row holds besides what goes on from it: the newest step of the wall. */
export interface ClockRow extends SavedClock {
  /** The moment of the newest id that was made, epoch milliseconds. */
  readonly last_id: number;
  /** Milliseconds; null while no step was ever seen. */
  readonly step_ms: number | null;
  /** By the wall, as it was set then. */
  readonly stepped_at: number | null;
}

export const readClock = (): Statement =>
  sql('select steady, wall, boot, uptime, last_id, step_ms, stepped_at from clock where id = 1');

export const saveClock = ({ steady, wall, boot, uptime }: SavedClock, lastId: number): Statement =>
  sql(
    `insert into clock (id, steady, wall, boot, uptime, last_id) values (1, ?1, ?2, ?3, ?4, ?5)
     on conflict (id) do update set steady = excluded.steady, wall = excluded.wall, boot = excluded.boot, uptime = excluded.uptime, last_id = excluded.last_id`,
    ...[steady, wall, boot, uptime, lastId],
  );

/** Behind a save of the same batch. */
export const noteStep = ({ byMs }: ClockStep): Statement =>
  sql('update clock set step_ms = cast(?1 as bigint), stepped_at = {at} where id = 1', byMs);
