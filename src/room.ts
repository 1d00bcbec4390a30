import type { z } from 'zod';
import type { Transport } from '../adapters/adapter.ts';
import type { EventType } from './chronicle/event-type.ts';
import type { Journalled } from './chronicle/journalled.ts';
import type { Signer } from './crypto/ed25519.ts';
import type { Erasures } from './crypto/erasures.ts';
import type { Keyring } from './crypto/keyring.ts';
import type { SubjectKey, Vault } from './crypto/vault.ts';
import type { InteractiveActs } from './delivery/acts/interactive.ts';
import type { Dispatcher } from './delivery/dispatcher.ts';
import type { Judged } from './delivery/judged.ts';
import type { DeliveryObserver } from './delivery/observer.ts';
import type { RoomOperations } from './delivery/operations.ts';
import type { Lanes } from './delivery/sending/lanes.ts';
import type { Queries } from './delivery/sending/query.ts';
import type { SystemEntry, Systems } from './delivery/systems.ts';
import type { RoomWatches } from './delivery/watches/watches.ts';
import type { FileStore } from './file-store/file-store.ts';
import type { Anchor } from './journal/anchor.ts';
import type { Loop } from './loop.ts';
import type { Log } from './observability/log.ts';
import type { Metrics, RoomMetrics } from './observability/metrics.ts';
import type { Readiness } from './observability/readiness.ts';
import type { SessionsOf } from './peer-sessions/peer-sessions.ts';
import type { Platform } from './platform.ts';
import type { Authenticator, Scopes } from './principal.ts';
import type { Assets } from './routes/assets.ts';
import type { Route } from './routes/route.ts';
import type { Engine, Statement } from './store/engine.ts';
import type { Migration } from './store/migrations/migration.ts';
import type { SealedColumn, Tables } from './store/tables.ts';

/**
 * How a subject enters the gateway: one value, listed once in `src/runtime/rooms.ts`. What it declares is checked
 * against what it does (`npm run check:house`, the start, the tests), so that nothing of it can be forgotten.
 */
export interface RoomDefinition {
  readonly name: string;
  /** Its own tables, numbered apart from those of all others. */
  readonly migrations?: readonly Migration[];
  /** What its tables hold. It alone writes them, and what is sealed in them is given out and erased with its subject. */
  readonly tables?: Tables;
  /** What its journal lines say, and which of its rows stand as they say: by it the journal is verified. */
  readonly journalled?: Journalled;
  /** The kinds of events that it raises: what the contract says of them is made from this. */
  readonly events?: readonly EventType[];
  /**
   * What is kept whatever its age, as SQL conditions on a subject `s`: still worked on, or not taken up yet.
   */
  readonly keeps?: readonly string[];
  /** The rights that its routes ask for, and which roles have them. */
  readonly scopes?: Scopes;
  /** The headings under which the contract's document shows its routes: name and description. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Variables of the environment that are its own, each with how it is read. */
  readonly variables?: Readonly<Record<string, z.ZodType>>;
  /** Systems of the gateway's own that delivery serves like a national one. */
  readonly systems?: (given: Reach) => readonly SystemEntry[];
  create(parts: RoomParts): Room;
}

/** What a subject brings once it stands on its parts. */
export interface Room {
  /** What it gives delivery. */
  readonly operations?: RoomOperations;
  readonly watches?: RoomWatches;
  /** What it makes of messages and questions of systems. */
  readonly handlers?: InboundHandlers;
  readonly askers?: Askers;
  readonly routes?: readonly Route[];
  /** What it does in the background. */
  readonly loops?: readonly Loop[];
  /** What it measures of how things stand, read when somebody scrapes. */
  readonly metrics?: RoomMetrics;
  /** Statements for the batch that erases subjects; those that were erased have no salt any more. */
  readonly alsoErase?: AlsoErase;
  /** What it brings to other rooms (`fill`). */
  readonly fills?: readonly Filled[];
  /** Something was committed that may have raised an event. */
  readonly raised?: () => void;
  /** Once, before requests are taken and before anything is sent. */
  readonly begin?: () => Promise<void>;
  /** After its loops have ended, before the store closes. */
  readonly end?: () => Promise<void>;
}

/** What a room stands on. What begins work may be called once the gateway has started. */
export interface RoomParts extends Reach {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly keyring: Keyring;
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly sessions: SessionsOf;
  readonly transport: Transport;
  readonly observer: DeliveryObserver;
  readonly log: Log;
  readonly authenticator: Authenticator;
  readonly queries: Queries;
  readonly acts: InteractiveActs;
  readonly dispatcher: Pick<Dispatcher, 'addLane' | 'removeLane' | 'wake'>;
  /** Aborted when the gateway is told to stop: what has no end of its own is to come to one. */
  readonly stopping: AbortSignal;
  /** Names this process. */
  readonly owner: string;
  /** Signs the journal's seals. */
  readonly signer: Signer;
  /** Where the journal's heads stand outside the database. */
  readonly anchor: Anchor;
  readonly erasures: Erasures;
  /** Told the first administrator key where none is given and none was made before: shown once, kept nowhere. */
  readonly firstKey: ((key: string) => void) | undefined;
  readonly metrics: Metrics;
  readonly readiness: Readiness;
  /** Files of pages, from wherever the runtime keeps them. */
  readonly assets: Assets;
  /** Where documents are kept: for the room `files` alone, which others ask. Undefined where this runtime has no such place. */
  readonly fileStore: FileStore | undefined;
  /** What the gateway is told of itself by variables that this room declares, parsed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** For which purposes somebody may see personal data. */
  readonly purposes: readonly string[];
  /** What others call this gateway by, without a slash at the end. */
  readonly publicUrl: string;
  /** The document of all routes. */
  openApi(): object;
  /** Something new may be due in this lane (`system/class`). */
  wake(lane: string): void;
  /** A watch was opened, or is to be asked sooner. */
  wakeWatches(): void;
  /** Logs what went wrong in the background, under a constant sentence. */
  failed(sentence: string): (error: unknown) => void;
  /** What other rooms brought for a slot of this one; complete once all rooms are made. */
  filled<Filler>(slot: Slot<Filler>): readonly Filler[];
  /** What all rooms make of messages and questions, by `system/type`. */
  readonly handlers: Pick<InboundHandlers, 'get'>;
  readonly askers: Pick<Askers, 'get'>;
  /** Every kind of event that rooms and what they stand on raise. */
  readonly events: readonly EventType[];
  /** Every column of all rooms that is sealed under a subject. */
  readonly sealed: readonly SealedColumn[];
  /** What all rooms keep whatever its age. */
  readonly keeps: readonly string[];
  /** What all rooms do when subjects are erased. */
  readonly alsoErase: AlsoErase;
}

/** How far the gateway itself may reach. */
export interface Reach {
  /** Whether it may call an address that somebody gave it. */
  readonly mayCall: OriginRule;
  /** Carries calls to addresses that are not listed: it reaches nothing private, whatever a name resolves to. */
  readonly publicTransport: Transport;
}

/**
 * Whether the gateway may call an address that somebody gave it (`ALLOWED_ORIGINS`). `listed`: named literally, so any
 * address behind the name will do. `public`: the transport that carries the call must see to it that the name does not
 * resolve to a private address.
 */
export type OriginRule = (url: string) => 'listed' | 'public' | false;

export type AlsoErase = (ids: readonly string[], token: string, actor: string) => readonly Statement[];

// ---------------------------------------------------------------------------------------------------------------
// What one room leaves open for others

/** A place that a room leaves open: others bring what belongs there, and neither needs to import the other's rules. */
export interface Slot<Filler> {
  readonly name: string;
  /** Never there: it carries the type. */
  readonly fillers?: Filler;
}
export interface Filled {
  readonly slot: string;
  readonly filler: unknown;
}
export const slot = <Filler>(name: string): Slot<Filler> => ({ name });
export const fill = <Filler>({ name }: Slot<Filler>, filler: Filler): Filled => ({ slot: name, filler });

// ---------------------------------------------------------------------------------------------------------------
// What systems say

/** A stored message of a system, opened for the room that acts on it. */
export interface StoredMessage {
  readonly id: string;
  readonly system: string;
  /** What it concerns, such as a national dossier code. */
  readonly ref: string;
  /** Its place among the stored messages of this reference: the newest has the highest. */
  readonly seq: number;
  /** Its content is sealed under this subject; what acting keeps of it belongs there too. */
  readonly subject: SubjectKey;
  /** Epoch milliseconds of the store's clock. */
  readonly receivedAt: number;
  readonly data: unknown;
}

/**
 * What acting on one type of message writes. The statements run in the batch that first marked the inbound row with
 * `token`: each must write only where `inbound.id = message.id and inbound.written_by = token`, so that a message that
 * somebody else acted on meanwhile changes nothing.
 */
export type InboundHandler = (message: StoredMessage, token: string) => Promise<readonly Statement[] | ActedUpon>;

/** For a handler that judges by what it read: where a row moved on meanwhile, nothing is written and it is asked again. */
export interface ActedUpon {
  readonly statements: readonly Statement[];
  readonly judgedBy: readonly Judged[];
}

/** By `system/type` of the message. */
export type InboundHandlers = ReadonlyMap<string, InboundHandler>;

/** A question of a system, for the room that answers it. */
export interface AskedQuestion {
  readonly system: string;
  /** What it concerns, such as a payment code. */
  readonly ref: string;
  readonly data: unknown;
}

/**
 * What is answered to one type of question, as things stand now, and what answering writes. The statements run in one
 * batch before the answer goes out; where the answer comes too late none of them runs. The same may be asked again at
 * any time: that an answer was made does not mean that it arrived.
 */
export type Asker = (
  question: AskedQuestion,
) => Promise<{ readonly answer: unknown; readonly statements: readonly Statement[] }>;

/** By `system/type` of the question. */
export type Askers = ReadonlyMap<string, Asker>;
