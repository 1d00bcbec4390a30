import type { Vault } from './crypto/vault.ts';
import type { InteractiveActs } from './delivery/acts/interactive.ts';
import type { RoomOperations } from './delivery/operations.ts';
import type { Queries } from './delivery/sending/query.ts';
import type { Systems } from './delivery/systems.ts';
import type { RoomWatches } from './delivery/watches/watches.ts';
import type { Askers, InboundHandlers } from './inbound/message.ts';
import type { Platform } from './platform.ts';
import type { Route } from './routes/kit/route.ts';
import type { Engine } from './store/engine.ts';
import type { Migration } from './store/migrations/migration.ts';

/** What a room stands on. What begins work may be called once the gateway has started. */
export interface RoomParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly systems: Systems;
  readonly acts: InteractiveActs;
  readonly queries: Pick<Queries, 'run' | 'runMany'>;
  /** Something new may be due in this lane (`system/class`). */
  wake(lane: string): void;
  /** A watch was opened, or is to be asked sooner. */
  wakeWatches(): void;
}

/** What a subject of its own brings: what it gives delivery, what it makes of messages, and its routes. */
export interface Room {
  readonly operations?: RoomOperations;
  readonly watches?: RoomWatches;
  readonly handlers?: InboundHandlers;
  readonly askers?: Askers;
  readonly routes?: readonly Route[];
}

/** How a room enters the gateway. */
export interface RoomDefinition {
  readonly name: string;
  /** Its own tables, numbered apart from those of all others. */
  readonly migrations: readonly Migration[];
  create(parts: RoomParts): Room;
}
