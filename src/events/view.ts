import { vietnamTime } from '../../contracts/domain/time.ts';
import type { EventView } from '../../contracts/v1/event.ts';

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly system: string | null;
  readonly ref: string;
  readonly data: string;
  readonly at: number;
  readonly position: number;
}
export const EVENT = 'id, type, system, ref, data, at, position';

/** The one document of an event: an item of the feed and the body of a webhook. */
export const eventView = (row: EventRow): EventView => ({
  id: row.id,
  type: row.type,
  timestamp: vietnamTime(row.at),
  position: row.position,
  system: row.system,
  ref: row.ref,
  data: JSON.parse(row.data) as EventView['data'],
});
