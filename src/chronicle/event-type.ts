import type { z } from 'zod';

/** What an event says: codes and references, never a person (I6). */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A kind of event, declared by the room that raises it in its `event-types.ts` and listed among its `events`: nowhere else
 * does its name stand, and the contract is made from it. Only such a value can be raised, so that there is none without a
 * meaning and a schema.
 */
export interface EventType<Data extends Facts = Facts> {
  /** Stable: the province tells them apart by it. */
  readonly name: string;
  /** What the contract says of it. */
  readonly meaning: string;
  /** All that it says: what is raised is held to it. Where its schema has an id, the contract's document names it so. */
  readonly data: z.ZodType<Data>;
  /** What of `data` the contract promises; without it all. Further members are never ruled out. */
  readonly promised?: z.ZodObject;
}

export function eventType<Data extends Facts>(name: string, about: Omit<EventType<Data>, 'name'>): EventType<Data> {
  // The name stands in SQL as it is.
  if (!/^[a-z][a-z.-]*$/.test(name)) throw new Error(`${name} is no name of an event`);
  return { name, ...about };
}
