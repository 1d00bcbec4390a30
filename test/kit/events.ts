import type { EventType } from '../../src/chronicle/event-type.ts';
import { type Happening, happened } from '../../src/chronicle/raise.ts';
import { exchangeDelivered, systemResumed } from '../../src/delivery/event-types.ts';
import type { Platform } from '../../src/platform.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { type Engine, sql } from '../../src/store/engine.ts';
import { practiceRoom } from '../practice/room/room.ts';

/** Every type of event that a listed room, or what rooms stand on, brings. */
export const declared: readonly EventType[] = declaredBy([...rooms, practiceRoom]).events;

const byName = new Map(declared.map((type) => [type.name, type]));

/** Throws where an event of the store has no type, or says something else than its type does. For the end of a test. */
export async function checkEvents(engine: Engine): Promise<void> {
  const rows = await engine.all<{ type: string; ref: string; data: string }>(sql('select type, ref, data from event'));
  for (const { type, ref, data } of rows) {
    const parsed = byName.get(type)?.data.safeParse(JSON.parse(data));
    if (parsed === undefined) throw new Error(`${type} of ${ref}: no room lists such an event`);
    if (!parsed.success)
      throw new Error(`${type} of ${ref}: ${data} is not what it should say`, { cause: parsed.error });
  }
}

const ofExchange = (key: string) => ({
  exchange: `x-${key}`,
  operation: 'sync-dossier',
  key,
  version: 1,
  cause: null,
  code: null,
});
export const delivered = (platform: Platform, ref: string): Happening =>
  happened(platform, exchangeDelivered, { system: 'national-portal', ref, data: ofExchange(ref) });

export const resumed = (platform: Platform, ref: string): Happening =>
  happened(platform, systemResumed, { system: 'tax', ref, data: { lane: null, reason: 'night' } });
