import type { EventType } from '../../contracts/v1/event.ts';
import { newId, type Platform } from '../platform.ts';
import { commands, type Statement, sql } from '../store/engine.ts';

/** Something the province should hear. `data` holds codes and references, never a person (I6). */
export interface NewEvent {
  readonly type: EventType;
  /** The national system that it concerns. */
  readonly system: string | null;
  readonly ref: string;
  readonly data: Readonly<Record<string, string | number | boolean | null>>;
}

/** For the batch that makes it true: the event stands in the store exactly when its cause does. */
export const emit = (platform: Platform, events: readonly NewEvent[]): Statement =>
  sql(
    `insert into event (id, type, system, ref, data, at)
     select v.value->>'id', v.value->>'type', v.value->>'system', v.value->>'ref', v.value->>'data', {now} from json_each(?1) v`,
    commands(events.map((event) => ({ ...event, id: newId(platform, 'evt'), data: JSON.stringify(event.data) }))),
  );
