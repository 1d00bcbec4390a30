import { commands, type Statement, sql } from '../store/engine.ts';

/** An event that has its place in the feed. */
export interface PlacedEvent {
  readonly id: string;
  readonly type: string;
  readonly system: string | null;
  /** What it concerns, such as a dossier code. */
  readonly ref: string;
  /** As its type says; never a person. */
  readonly data: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly position: number;
}

/** The document that a subscriber is sent of an event. It is a part of the contract, so it is handed in. */
export type EventBody = (event: PlacedEvent) => unknown;

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly system: string | null;
  readonly ref: string;
  readonly data: string;
  readonly at: number;
  readonly position: number;
}
const EVENT = 'id, type, system, ref, data, at, position';

/** Events after one position and up to another, the oldest first; `types`: null for all. */
export const eventsBetween = (after: number, upTo: number, types: readonly string[] | null, limit: number): Statement =>
  sql(
    `select ${EVENT} from event where position > ?1 and position <= ?2
       ${types === null ? '' : `and type in (select v.value->>'type' from json_each(?4) v)`}
      order by position limit cast(?3 as bigint)`,
    after,
    upTo,
    limit,
    ...(types === null ? [] : [commands(types.map((type) => ({ type })))]),
  );

/** How many events of these types stand after a position, and when the oldest of them was told (`since`; null: there is none). */
export const countOfEvents = (after: number, types: readonly string[]): Statement =>
  sql(
    `select count(*) as count, min(at) as since from event
      where position > ?1 and type in (select v.value->>'type' from json_each(?2) v)`,
    after,
    commands(types.map((type) => ({ type }))),
  );

export const placedEvent = ({ data, ...row }: EventRow): PlacedEvent => ({ ...row, data: JSON.parse(data) });
