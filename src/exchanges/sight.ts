import type { Principal } from '../principal.ts';
import { type RoomParts, type Slot, slot } from '../room.ts';

/** Streams of one system that each belong to somebody. */
export interface OwnedStreams {
  readonly system: string;
  /** SQL: the stream with this key is the caller's. Both are columns or parameters. */
  readonly owns: (key: string, caller: string) => string;
  /** What the journal's references to what they are named by begin with. */
  readonly reference: string;
}
/** Which systems' streams belong to somebody: the room that owns such a system says so. */
export const whoseStreams: Slot<OwnedStreams> = slot<OwnedStreams>('exchanges/whose-streams');

/** Streams of one system that are not named by their keys. */
export interface KeyedStreams {
  readonly system: string;
  /** SQL: a select of `id`, the streams with this key, a parameter. */
  readonly idsOf: (key: string) => string;
}
/** How streams are found by their keys: the room that names them otherwise says so. */
export const streamsByKey: Slot<KeyedStreams> = slot<KeyedStreams>('exchanges/streams-by-key');

/**
 * How far somebody sees. Exchanges in other people's streams are for them as if there were none: not listed, not
 * counted, not found, not acted on, met by no replay.
 */
export interface Sight {
  /** Null sees everything. */
  readonly caller: string | null;
  readonly owned: readonly OwnedStreams[];
}
/** Administrators see everything. */
export const callerOf = ({ id, role }: Pick<Principal, 'id' | 'role'>): string | null =>
  role === 'administrator' ? null : id;
export const sightOf = ({ filled }: Pick<RoomParts, 'filled'>, caller: string | null): Sight => ({
  caller,
  owned: caller === null ? [] : filled(whoseStreams),
});

/** SQL: a line of the journal is of no such stream, or of one that the caller sees. */
export const lineMayBeSeen = ({ owned }: Pick<Sight, 'owned'>, ref: string, caller: string): string =>
  `(${[
    `not exists (select 1 from exchange x where x.id = ${ref} and not ${mayBeSeen({ owned }, 'x.stream', caller)})`,
    ...owned.map(
      ({ reference, owns }) =>
        `(cast(${caller} as text) is null or substr(${ref}, 1, ${reference.length}) <> '${reference}' or ${owns(`substr(${ref}, ${reference.length + 1})`, caller)})`,
    ),
  ].join(' and ')})`;

/** SQL: the stream is nobody's or the caller's. Never a range of streams, so that it steers no query away from its index. */
export const mayBeSeen = ({ owned }: Pick<Sight, 'owned'>, stream: string, caller: string): string =>
  `(${[
    `cast(${caller} as text) is null`,
    owned
      .map(({ system, owns }) => {
        const start = `${system}:`;
        const other = `substr(${stream}, 1, ${start.length}) <> '${start}'`;
        return `(${other} or ${owns(`substr(${stream}, ${start.length + 1})`, caller)})`;
      })
      .join(' and ') || '1 = 1',
  ].join(' or ')})`;
