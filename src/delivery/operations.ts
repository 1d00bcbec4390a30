import type { CommandKind, Outcome } from '../../adapters/adapter.ts';
import type { Statement } from '../store/engine.ts';
import type { ExchangeEventType } from './event-types.ts';
import type { Settlement } from './rules/settlement.ts';
import type { Composer } from './sending/compose.ts';

/**
 * What a room gives delivery for one operation of one system. Delivery itself knows no subject and no system: what is
 * sent, what its end means and in which words it is told comes from the room that the operation belongs to.
 */
export interface RoomOperation {
  readonly compose: Composer;
  /** Needed for acts: what the room writes when one settles. */
  readonly settled?: OnSettled;
  /** Needed for desired state that can be read back: how its owner is asked for it once more. */
  readonly owner?: OwnerWords;
}
/** By `system/operation`. */
export type RoomOperations = ReadonlyMap<string, RoomOperation>;

/** How a room calls what delivery finds when the other side shows another state than was sent. */
export interface OwnerWords {
  /** They go on showing another state after completed sends. */
  readonly differs: string;
  /** Its past is in doubt, and only a fresh state can be trusted. */
  readonly stateRequested: string;
  /** The event that asks the owner to hand it over once more. */
  readonly event: ExchangeEventType;
}

/**
 * For a room's statement whose first two parameters are the row's id and the token: it writes only where that row carries
 * the token of its commit.
 */
export const whereStamped = (table: 'stream' | 'watch' | 'inbound'): string =>
  `exists (select 1 from ${table} stamped where stamped.id = ?1 and stamped.written_by = ?2)`;

/** One exchange as it settled. */
export interface SettledExchange {
  readonly exchange: string;
  readonly stream: string;
  readonly system: string;
  readonly operation: string;
  readonly kind: CommandKind;
  /** Of an act, our reference. */
  readonly key: string;
  readonly subject: string | null;
  readonly state: Settlement['to'];
  readonly cause: string | null;
  /** What they answered: a result, a reference for later, their "no". Null where it ended without their word. */
  readonly outcome: Outcome | null;
}

/**
 * The room's statements for the commit of a settlement, all of one operation at once. Each must write only where the
 * exchange's stream carries the token (`stream.id = … and stream.written_by = token`): a settlement that came too late
 * changes nothing. When they fail, or `tookHold` says that they did not take hold, the settlement stands without them, and
 * the room is told of final states again until it takes them.
 */
export type OnSettled = (settled: readonly SettledExchange[], token: string) => Promise<RoomSettlement>;

export interface RoomSettlement {
  readonly statements: readonly Statement[];
  /** The row that carries the token when the statements of an exchange took hold. Absent: they always do. */
  readonly tookHold?: { readonly table: string; readonly column: string; rowOf(settled: SettledExchange): string };
}
