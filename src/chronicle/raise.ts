import { newId, type Platform } from '../platform.ts';
import { commands, type SqlValue, type Statement, sql } from '../store/engine.ts';
import type { EventType, Facts } from './event-type.ts';

const INSERT = 'insert into event (id, type, system, ref, data, at';

/** Something the province should hear. Made by `happened`, which holds its data to its type. */
export interface Happening {
  readonly id: string;
  readonly type: EventType;
  /** The national system that it concerns. */
  readonly system: string | null;
  readonly ref: string;
  readonly data: Facts;
}

export const happened = <Data extends Facts>(
  platform: Platform,
  type: EventType<Data>,
  about: { readonly system: string | null; readonly ref: string; readonly data: NoInfer<Data> },
): Happening => ({ id: newId(platform, 'evt'), type, ...about });

/**
 * For the batch that makes it true: the event stands in the store exactly when its cause does. `guard` joins the events,
 * `v.value->>'…'` of `?1`, to what the batch has stamped; its parameters begin at `?2`.
 */
export const raise = (events: readonly Happening[], guard = '', ...params: SqlValue[]): Statement => ({
  ...sql(
    `${INSERT}) select v.value->>'id', v.value->>'type', v.value->>'system', v.value->>'ref', v.value->>'data', {at}
       from json_each(?1) v ${guard}`,
    commands(events.map((event) => ({ ...event, type: event.type.name, data: JSON.stringify(event.data) }))),
    ...params,
  ),
  raises: true,
});

/** An event whose fields the store makes. Each part is SQL over `source` and the parameters, never a value. */
export interface EventParts {
  readonly id: string;
  readonly system: string;
  readonly ref: string;
  /** A text of JSON. */
  readonly data: string;
  /** Only for what takes its place in the feed at once. */
  readonly position?: string;
  /** `from … join … where …`: what the batch has stamped. */
  readonly source: string;
}
export const raiseFrom = (type: EventType, parts: EventParts, ...params: SqlValue[]): Statement => ({
  ...sql(
    `${INSERT}${parts.position === undefined ? '' : ', position'})
     select ${parts.id}, '${type.name}', ${parts.system}, ${parts.ref}, ${parts.data}, {at}${parts.position === undefined ? '' : `, ${parts.position}`}
       ${parts.source}`,
    ...params,
  ),
  raises: true,
});
