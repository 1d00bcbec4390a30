import type { z } from 'zod';

/**
 * What every adapter of a national system is made of. An adapter knows one system's wire and says in our words what
 * can be asked of it; the gateway around it records, sends, paces, retries, confirms and measures. An adapter
 * therefore never retries, never stores and never logs: it makes one conversation and reports how it ended.
 */

// ---------------------------------------------------------------------------------------------------------------
// Outcomes: a closed family. Everything that can come of a call is one of these; an adapter never throws for them.

/** They took it and it is done. */
export interface Completed<Result> {
  readonly kind: 'completed';
  readonly result: Result;
}
/** They took it; the answer comes later under `ref`. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly ref: string;
}
/** Their business "no". Sending the same again gets the same answer. */
export interface Rejected {
  readonly kind: 'rejected';
  /** Their own code, as text. */
  readonly code: string;
  /** Their own words. May hold personal data: it is encrypted where it is kept and never logged. */
  readonly message: string;
  /** The fields they named, as JSON pointers into our input; empty when they named none. */
  readonly fields: readonly string[];
}
/** They surely did not act: sending again is safe whatever the operation. */
export interface NotSent {
  readonly kind: 'not-sent';
  readonly reason: NotSentReason | LoginFailure;
  /** Not to be asked again before this many milliseconds (their Retry-After). Believed up to the policy's `longestHintMs`. */
  readonly retryAfterMs?: number;
  /** What they had asked for where the gateway cut it, milliseconds. No adapter sets it. */
  readonly cutFromMs?: number;
  /** The wait is our own caution and no hint of theirs, such as the rest of a refused credential: it is never cut. */
  readonly ours?: true;
  /** Set where the reason is what befell the login that must come first: nothing else was sent, whatever the reason. */
  readonly during?: 'login';
  /** Somebody else's login was answered so, or an earlier one: no further answer of theirs, and none to be counted. */
  readonly heard?: true;
}
export type NotSentReason =
  | 'connection-refused'
  | 'dns'
  | 'tls'
  | 'cancelled-before-sending'
  | 'rate-limited'
  | 'unavailable'
  | 'client-error'
  | 'login-refused'
  | 'login-failed'
  | 'not-in-batch';
/** They may have acted. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly reason: UnknownReason;
}
export type UnknownReason =
  | 'timeout'
  | 'connection-lost'
  | 'server-error'
  | 'unreadable'
  | 'process-lost'
  | 'transport';
/** What a login may come to besides: it opens nothing, so that a doubt about it is none about what was to follow. */
export type LoginFailure = Exclude<UnknownReason, 'process-lost'>;
/** They answered outside the wire schema: quarantined raw, a person is told, and for a command it counts as unknown. */
export interface Drift {
  readonly kind: 'drift';
  /** Where in their answer, as a JSON pointer. */
  readonly path: string;
  readonly expected: string;
  /** The kind of thing found there (a type or a short code), never its content. */
  readonly got: string;
}
export type Failure = Rejected | NotSent | Unknown | Drift;
export type Outcome<Result = unknown> = Completed<Result> | Accepted | Failure;

export const completed = <Result>(result: Result): Completed<Result> => ({ kind: 'completed', result });
export const accepted = (ref: string): Accepted => ({ kind: 'accepted', ref });
export const rejected = (code: string, message: string, fields: readonly string[] = []): Rejected => ({
  kind: 'rejected',
  code,
  message,
  fields,
});
export const notSent = (reason: NotSentReason, retryAfterMs?: number): NotSent =>
  retryAfterMs === undefined ? { kind: 'not-sent', reason } : { kind: 'not-sent', reason, retryAfterMs };
/** The login that must come first did not succeed, and this is what befell it. */
export const loginFailed = (reason: NotSent['reason'], retryAfterMs?: number): NotSent => ({
  kind: 'not-sent',
  reason,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  during: 'login',
});
export const unknown = (reason: UnknownReason): Unknown => ({ kind: 'unknown', reason });
export const drift = (path: string, expected: string, got: string): Drift => ({ kind: 'drift', path, expected, got });

// ---------------------------------------------------------------------------------------------------------------
// The wire below an adapter

export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it goes out: nothing is encoded or completed on the way. Text is `utf8(text)` of the kit. */
  readonly body?: Uint8Array;
  /** A command that is not repeatable asks for a fresh connection: a reset on a reused one would be a false unknown. */
  readonly freshConnection?: boolean;
}

export interface WireReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** As they wrote it, whatever it is, no content coding left on it: a document, a text in any encoding. `textOf(body)` of the kit reads UTF-8. */
  readonly body: Uint8Array;
}

/** A conversation that did not end in a readable HTTP reply. It is a value, never dressed up as a reply. */
export interface WireFault {
  /** False only when the runtime can prove that no byte of the request left. */
  readonly mayHaveArrived: boolean;
  readonly cause:
    | 'refused'
    | 'dns'
    | 'tls'
    | 'timeout'
    | 'reset'
    | 'aborted'
    | 'too-large'
    | 'truncated'
    /** The body came in a content coding that cannot be read, or that it is not in. */
    | 'unknown-coding'
    | 'other';
}

/** Outbound HTTP. Undici on Node, global fetch elsewhere. Never throws for what the network does. */
export interface Transport {
  send(
    request: WireRequest,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<WireReply | WireFault>;
}
export function isFault(answer: object): answer is WireFault {
  return 'cause' in answer;
}

/** What is kept of a conversation's standing with a system: a text of whoever keeps it, and how often it was saved. */
export interface KeptStanding {
  /** 0 where nothing was ever saved; raised by one with every save. */
  readonly version: number;
  /** Undefined where nothing was saved, or what was saved cannot be read any more: neither is a failure. */
  readonly text: string | undefined;
  /** Milliseconds that were let pass since, because nobody knows how long the machine was away: what rests does so for longer. */
  readonly restedMs: number;
}

/**
 * Where a system's sessions live for all processes of the gateway: stored, sealed, and known by no wire. The kit's
 * session keeper is their only reader. Every method may reject when the store cannot be had.
 */
export interface PeerSessions {
  load(name: string): Promise<KeptStanding>;
  /** False, changing nothing, when the version that stands is no longer `over`: somebody else saved meanwhile. */
  save(name: string, text: string, over: number): Promise<boolean>;
  /**
   * Does `work` while no other process does any under this name. Waits for whoever does; told whether it had to.
   * Undefined, with nothing done, when the signal aborts first. A holder that is silent for `holdMs` milliseconds is
   * taken for dead: from then on somebody else may work too, and `save` keeps the slower one from undoing it.
   */
  alone<Answer>(
    name: string,
    options: { readonly signal: AbortSignal; readonly holdMs: number },
    work: (waited: boolean) => Promise<Answer>,
  ): Promise<Answer | undefined>;
  /** A keyed digest, by which a secret is known again without being kept. */
  mark(text: string): Promise<string>;
}

/** What an operation gets besides its input. One object, so that a new need is a new field and not a new argument. */
export interface CallContext {
  readonly transport: Transport;
  /** The sessions of this system, the same for every process. */
  readonly sessions: PeerSessions;
  /** Aborted before the lease of the exchange ends; a call that outlives it can settle nothing. */
  readonly signal: AbortSignal;
  /** Milliseconds one HTTP request of this call may take. */
  readonly timeoutMs: number;
  /** What is asked must not happen twice: what may have been heard counts as unknown and is never repeated by itself. */
  readonly oneOff: boolean;
  /** Epoch milliseconds as people and peers read them: dates and times in what is sent, their dates in what comes. */
  wall(): number;
  /**
   * Milliseconds for what lasts: the age of a session, a silence that is kept. Instants of it are compared with each other
   * and with nothing else, also those that another process stored; a peer never sees one.
   */
  steady(): number;
  /** W3C trace context to pass on, when the work began with one. */
  readonly traceparent: string | undefined;
  /** Keeps their raw answer with the call (encrypted), for a person to see after a drift or an unknown. */
  keep(raw: string): void;
}

// ---------------------------------------------------------------------------------------------------------------
// Operations

/** How long, how often, how many. All of it is data and can be laid over from configuration. */
export interface OperationPolicy {
  /** One HTTP request. */
  readonly timeoutMs: number;
  /** The peer's declared longest processing time: silence kept after an unknown outcome. */
  readonly quietMs: number;
  /** Tries inside one claim for `not-sent` blips, the first included. */
  readonly inlineTries: number;
  /** Upper bounds of the waits between tries, in order; the last repeats. Full jitter below each bound. */
  readonly scheduleMs: readonly number[];
  /** Time spent trying after which an exchange is dead. Open breaker, pause and downtime do not count. */
  readonly giveUpAgeMs: number;
  /** Items one call may carry. */
  readonly batchSize: number;
  /** The longest wait that they can ask of us, milliseconds; more is cut to it. Absent: ten minutes. */
  readonly longestHintMs?: number;
  /** Waits between the questions for what they only accepted, in order; the last repeats. Absent: the act's own. */
  readonly pollMs?: readonly number[];
}

export interface LanePolicy {
  readonly ratePerSecond: number;
  readonly burst: number;
  /** Open calls of all processes together. */
  readonly concurrency: number;
  readonly breaker: BreakerPolicy;
  /** Announced downtime, Vietnamese local time. */
  readonly downtime: readonly DowntimeWindow[];
}
export interface BreakerPolicy {
  readonly windowMs: number;
  readonly minimumCalls: number;
  /** Failures must come from this many different keys: one poisoned dossier does not stop a province. */
  readonly minimumKeys: number;
  /** Share of `not-sent` and `unknown` in the window that opens, 0 to 1. */
  readonly failureRatio: number;
  readonly openMs: number;
  /** Each failed probe doubles the open time up to this. */
  readonly maxOpenMs: number;
}
export interface DowntimeWindow {
  /** 0 is Sunday; empty means every day. */
  readonly days: readonly number[];
  /** `HH:MM` in Vietnam; an end before the begin crosses midnight. */
  readonly from: string;
  readonly to: string;
}

export type LaneClass = 'query' | 'command' | 'interactive';

/** A question. It changes nothing, so it may be asked again at will. */
export interface QueryOperation<Input = unknown, Result = unknown> {
  readonly kind: 'query';
  readonly name: string;
  readonly policy: OperationPolicy;
  run(input: Input, context: CallContext): Promise<Outcome<Result>>;
}

/** A question that takes several inputs in one call, at most `policy.batchSize`. Each gets an answer of its own. */
export interface BatchQueryOperation<Input = unknown, Result = unknown> {
  readonly kind: 'batch-query';
  readonly name: string;
  readonly policy: OperationPolicy;
  run(inputs: readonly Input[], context: CallContext): Promise<BatchOutcome<Outcome<Result>>>;
}

/** What came of one call that carried several items. */
export type BatchOutcome<Each = SendOutcome> =
  | { readonly kind: 'itemised'; readonly outcomes: readonly Each[] }
  /** The call failed and did not say for which item: it is split until that is known. */
  | { readonly kind: 'undivided'; readonly outcome: Failure };

/** What can come of sending something that has no result. */
export type SendOutcome = Completed<unknown> | Failure;

/** Sending twice is harmless. */
export interface Repeatable {
  readonly kind: 'repeatable';
  /** Why sending twice is harmless; shown in the capability list. */
  readonly why: string;
}
/** What they show of the state that we hold: existence and status, seldom content. */
export type ReadBack = 'matches' | 'differs' | 'absent' | 'cannot-tell';

export interface BatchRule<Input> {
  /** Items whose keys differ may not share a call (for the portal: new or update). */
  key(input: Input): string;
  /** How much of a call one item takes up; with `maximumWeight` bounds a call beside `batchSize`. */
  weight(input: Input): number;
  readonly maximumWeight: number;
}

interface Sendable<Input> {
  readonly name: string;
  readonly policy: OperationPolicy;
  /** Absent: one item a call. */
  readonly batch?: BatchRule<Input>;
  run(inputs: readonly Input[], context: CallContext): Promise<BatchOutcome>;
}

/** Desired state: only the newest unsent one matters, and what is sent is composed when it is claimed. */
export interface CollapsingCommand<Input = unknown> extends Sendable<Input> {
  readonly kind: 'collapsing';
  readonly recovery: Repeatable & {
    /** Asked after an unknown outcome was followed by a completed one, and for everything unfinished after a restore. */
    readonly readBack?: (input: Input, context: CallContext) => Promise<Outcome<ReadBack>>;
  };
}

/** Parts that go in order, may share a call and have no result. */
export interface AppendedCommand<Input = unknown> extends Sendable<Input> {
  readonly kind: 'appended';
  readonly recovery: Repeatable;
  /**
   * Of what is no part of a version: once it was refused so often the later ones of its stream pass it, and it is tried
   * again beside them by its schedule. Absent: later ones always wait for it.
   */
  readonly othersPassAfter?: number;
}

/** Whether an earlier send took effect, as they say. `taken`: they have it, and the answer comes later under `ref`. */
export type Confirmation<Result = unknown> =
  | { readonly kind: 'applied'; readonly result: Result }
  | { readonly kind: 'taken'; readonly ref: string }
  | { readonly kind: 'not-applied' }
  | { readonly kind: 'cannot-tell' };

export const applied = <Result>(result: Result): Confirmation<Result> => ({ kind: 'applied', result });
export const taken = (ref: string): Confirmation<never> => ({ kind: 'taken', ref });
export const notApplied: Confirmation<never> = { kind: 'not-applied' };
export const cannotTell: Confirmation<never> = { kind: 'cannot-tell' };

/** They can be asked by our own reference whether it took effect. */
export interface Confirmable<Input, Result> {
  readonly kind: 'confirm';
  readonly confirm: (input: Input, context: CallContext) => Promise<Outcome<Confirmation<Result>>>;
}
/** Only a person can find out whether it took effect. */
export interface Manual {
  readonly kind: 'manual';
  readonly why: string;
}

/** How the answer to what they only `accepted` is fetched: asked on a schedule until an end. */
export interface LaterAnswer {
  /** Name of the query that is asked with their `ref`. */
  readonly query: string;
  /** Waits between questions, milliseconds, in order; the last repeats. */
  readonly scheduleMs: readonly number[];
  /** After this many milliseconds without a final answer a person is told. */
  readonly forMs: number;
}

interface ActBase {
  readonly kind: 'act';
  readonly name: string;
  readonly policy: OperationPolicy;
}
/** Sent by the dispatcher after it was answered 202. */
interface QueuedAct<Input, Result> extends ActBase {
  readonly mode: 'queued';
  readonly recovery: Repeatable | Confirmable<Input, Result> | Manual;
}
/** A person waits: recorded first, sent inside the request's deadline, and afterwards only asked about. */
interface InteractiveAct<Input, Result> extends ActBase {
  readonly mode: 'interactive';
  readonly recovery: Confirmable<Input, Result>;
  /** How long the person waits for an answer, milliseconds: at least `timeoutMs` and a second more. */
  readonly answerWithinMs: number;
}

/**
 * One of a kind, with a result, never batched. Its input is fixed before it is recorded, our reference in it, so that it
 * can be asked about. What may have acted is asked about and never sent again, except where sending twice is harmless.
 */
export type ActCommand<Input = unknown, Result = unknown> = (QueuedAct<Input, Result> | InteractiveAct<Input, Result>) &
  (
    | { readonly later: LaterAnswer; run(input: Input, context: CallContext): Promise<Outcome<Result>> }
    | { readonly later?: never; run(input: Input, context: CallContext): Promise<Completed<Result> | Failure> }
  );

/** What makes a second send bearable. A command that declares none of these cannot be written. */
export type CommandOperation<Input = unknown, Result = unknown> =
  | CollapsingCommand<Input>
  | AppendedCommand<Input>
  | ActCommand<Input, Result>;
export type CommandKind = CommandOperation['kind'];

// ---------------------------------------------------------------------------------------------------------------
// Callbacks: what the system sends to us, in its own words

export type InboundMethod = 'GET' | 'POST';

export interface InboundRequest {
  readonly method: InboundMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** As it came, whatever it is; empty for a GET, which says all in its query. */
  readonly body: Uint8Array;
  /** The peer's address after trusted proxies. */
  readonly remoteAddress: string;
}

/** What proves who sends. A closed family: a callback that declares none cannot be routed. */
export type Proof =
  | { readonly kind: 'signature'; verify(request: InboundRequest): Promise<boolean> }
  | { readonly kind: 'shared-key'; verify(request: InboundRequest): Promise<boolean> }
  /** Addresses or CIDR blocks; empty refuses everyone. */
  | { readonly kind: 'peer'; readonly allow: readonly string[] };
export type Verifier =
  | Proof
  /** A mere hint: nothing is believed. It is answered at once, and the system is asked afterwards. */
  | { readonly kind: 'query' };

/** One message of theirs, understood as far as deduplication and routing need. */
export interface InboundMessage {
  /**
   * Equal for equal messages of one `ref` and for no others: their own id, or a digest of the data. A message is a
   * repetition when the newest stored one of its `ref` has the same.
   */
  readonly dedupeKey: string;
  /** What it is about, in our words, such as `national-dossier`. */
  readonly type: string;
  /** What it concerns, such as the national dossier code; no personal datum. */
  readonly ref: string;
  /** The content in our words; stored encrypted. */
  readonly data: unknown;
}

/** One question of theirs, understood as far as routing needs. */
export interface Question {
  /** What is asked, in our words, such as `bill`. */
  readonly type: string;
  /** What it concerns, such as a payment code; no personal datum. */
  readonly ref: string;
  /** What was asked, in our words. */
  readonly data: unknown;
}

export interface InboundReply {
  readonly status: InboundStatus;
  readonly contentType: string;
  readonly body: Uint8Array;
}
/** The statuses that the contract lists for callbacks. What is said stands in the body. */
export type InboundStatus = 200 | 202 | 400 | 401 | 403 | 404 | 409 | 422 | 500 | 503;

interface CommonCallback {
  /** Last segment of `/callbacks/{system}/{path}`: the other side's own name for it. */
  readonly path: string;
  /** How they call it. Two callbacks may share a path where their methods differ. */
  readonly methods: readonly [InboundMethod, ...InboundMethod[]];
  /** Longest body that is read. */
  readonly maximumBytes: number;
}

/** They tell us something: verified, stored, deduplicated, answered, and only then acted on. */
export interface Tell extends CommonCallback {
  readonly kind: 'tell';
  readonly verifier: Verifier;
  /** Never throws: a message that cannot be understood is drift, kept raw and answered `failed`. */
  parse(request: InboundRequest): Promise<InboundMessage | Drift>;
  /** `request` where the caller has it at hand: some say parts of it back. An answer has to be possible without it. */
  reply(result: TellResult, request?: InboundRequest): InboundReply;
}
export type TellResult = 'stored' | 'duplicate' | 'refused' | 'failed';

/**
 * They ask us something, such as what a payment code owes: verified, and answered with what the room makes now. Never
 * deduplicated, because the answer may have changed. It gives something away, so that its sender has to be proved.
 */
export interface Ask extends CommonCallback {
  readonly kind: 'ask';
  readonly verifier: Proof;
  /** Milliseconds in which the answer is made; after that it is `failed`. */
  readonly timeoutMs: number;
  /** Never throws: a question that cannot be understood is drift, answered `failed`. */
  parse(request: InboundRequest): Promise<Question | Drift>;
  /** Asked for before the room's statements are written: where it throws, nothing is. */
  reply(result: AskResult): InboundReply;
}
export type AskResult =
  | { readonly kind: 'answered'; readonly question: Question; readonly answer: unknown }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed' };

export type Callback = Tell | Ask;

/** Whether what was parsed could not be understood. */
export const isDrift = (parsed: InboundMessage | Question | Drift): parsed is Drift => 'kind' in parsed;

// ---------------------------------------------------------------------------------------------------------------
// The adapter

export interface Adapter {
  /** Kebab-case; names lanes, routes, metrics and the folder. */
  readonly system: string;
  readonly title: { readonly vi: string; readonly en: string };
  /** What rests on an assumption rather than on a confirmed wire fact; shown wherever capabilities are shown. */
  readonly assumed: readonly string[];
  readonly queries: Readonly<Record<string, QueryOperation<never> | BatchQueryOperation<never>>>;
  readonly commands: Readonly<Record<string, CommandOperation<never>>>;
  readonly callbacks: readonly Callback[];
  readonly lanes: Readonly<Record<LaneClass, LanePolicy>>;
  /** Asks the system for a sign of life without any effect (for the portal: a login). */
  probe(context: CallContext): Promise<Outcome<string>>;
}

/** How an adapter enters the gateway: `runtime/systems.ts` lists these and nothing else. */
export interface AdapterDefinition<Config = unknown> {
  readonly system: string;
  /** Known before it is configured: it is listed then, too. */
  readonly title: { readonly vi: string; readonly en: string };
  /** Prefix of its variables, such as `NATIONAL_PORTAL`. Without `<PREFIX>_URL` the system is not configured. */
  readonly envPrefix: string;
  /** Parses its own variables, prefix removed (`URL`, `USERNAME`, …). */
  readonly config: z.ZodType<Config>;
  /**
   * Those that may change while the gateway runs, where they are given as a file (`PASSWORD` by `<PREFIX>_PASSWORD_FILE`).
   * What they become stands in the config that `create` was given: read it there at each use, and copy nothing out of it.
   */
  readonly secrets: readonly string[];
  /** Variables of another system, by their whole names, that serve for its own of these names where they are not given. */
  readonly borrows?: Readonly<Record<string, string>>;
  create(config: Config): Adapter;
}
