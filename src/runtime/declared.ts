import type { EventType } from '../chronicle/event-type.ts';
import type { Journalled } from '../chronicle/journalled.ts';
import { coreVariables, type Variables } from '../config.ts';
import type { RoomOperations } from '../delivery/operations.ts';
import type { Scopes } from '../principal.ts';
import type { RoomDefinition } from '../room.ts';
import type { Route } from '../routes/route.ts';
import type { Migration } from '../store/migrations/migration.ts';
import type { SealedColumn, Table, Tables } from '../store/tables.ts';
import { grounds } from './grounds.ts';
import { joined } from './joined.ts';

/** What the listed rooms and the ground declare, together. */
export interface Declared {
  readonly migrations: readonly Migration[];
  readonly tables: Tables;
  readonly events: readonly EventType[];
  readonly journalled: Required<Journalled>;
  readonly sealed: readonly SealedColumn[];
  readonly keeps: readonly string[];
  readonly scopes: Scopes;
  readonly tags: Readonly<Record<string, string>>;
  readonly variables: Variables;
}

/** Throws where two rooms have one name, or declare the same table, event, right, heading or variable. */
export function declaredBy(rooms: readonly RoomDefinition[]): Declared {
  joined(
    'the folder',
    rooms.map((room) => new Map([[room.name, room]])),
  );
  const tables = together(
    'the table',
    [...rooms, ...grounds].map((each) => each.tables),
  );
  return {
    migrations: rooms.flatMap(({ migrations }) => [...(migrations ?? [])]),
    tables,
    events: [
      ...joined(
        'the event',
        [...grounds, ...rooms].flatMap(({ events }) => (events ?? []).map((type) => new Map([[type.name, type]]))),
      ).values(),
    ],
    journalled: {
      kinds: [
        ...joined(
          'the kind of reference',
          [...grounds, ...rooms].flatMap(({ journalled }) =>
            (journalled?.kinds ?? []).map((kind) => new Map([[kind.prefix, kind]])),
          ),
        ).values(),
      ],
      held: [...grounds, ...rooms].flatMap(({ journalled }) => [...(journalled?.held ?? [])]),
    },
    sealed: Object.values(tables).flatMap(({ sealed }: Table) => Object.values(sealed ?? {})),
    keeps: rooms.flatMap(({ keeps }) => [...(keeps ?? [])]),
    scopes: together(
      'the right',
      rooms.map(({ scopes }) => scopes),
    ),
    tags: together(
      'the heading',
      rooms.map(({ tags }) => tags),
    ),
    variables: omitted(
      Object.keys(coreVariables),
      together('the variable', [coreVariables, ...rooms.map(({ variables }) => variables)]),
    ),
  };
}

/** Those of the gateway itself are no room's: a room that declares one would be handed what is not its own. */
const omitted = <Value>(names: readonly string[], all: Readonly<Record<string, Value>>) =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)));

function together<Value>(
  what: string,
  records: readonly (Readonly<Record<string, Value>> | undefined)[],
): Readonly<Record<string, Value>> {
  return Object.fromEntries(
    joined(
      what,
      records.map((record) => new Map(Object.entries(record ?? {}))),
    ),
  );
}

/** For the start: throws where a room asks its subject's owner again by an event that no room lists. */
export function refuseUnlisted(operations: RoomOperations, { events }: Pick<Declared, 'events'>): void {
  for (const [name, { owner }] of operations)
    if (owner !== undefined && !events.includes(owner.event))
      throw new Error(`${name} raises ${owner.event.name}, and no room lists it among its events`);
}

/**
 * For the start: throws where a route asks for a right, or stands under a heading, that no room declares, and where two
 * routes have one name or one place: the first would answer for both.
 */
export function refuseUndeclared(routes: readonly Route[], { scopes, tags }: Pick<Declared, 'scopes' | 'tags'>): void {
  joined(
    'the operation',
    routes.map(({ contract }) => new Map([[contract.operationId, contract]])),
  );
  joined(
    'the route',
    routes.map(
      ({ contract }) => new Map([[`${contract.method} ${contract.path.replaceAll(/\{\w+\}/g, '{}')}`, contract]]),
    ),
  );
  for (const { contract } of routes) {
    const { scope, operationId } = contract;
    if (scope !== 'public' && scope !== 'peer' && scopes[scope] === undefined)
      throw new Error(`${operationId} asks for ${scope}, and no room says which roles have it`);
    for (const tag of contract.tags)
      if (tags[tag] === undefined) throw new Error(`${operationId} stands under ${tag}, and no room says what that is`);
  }
}
