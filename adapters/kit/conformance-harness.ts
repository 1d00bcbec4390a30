import type {
  Adapter,
  BatchOutcome,
  BatchQueryOperation,
  CallContext,
  CommandOperation,
  InboundRequest,
  Outcome,
  QueryOperation,
  Transport,
} from '../adapter.ts';
import { textOf, utf8 } from './bytes.ts';
import { memorySessions } from './memory-sessions.ts';

/** How a counterpart can fail its calls; logins are not touched unless it is said. */
export type Misbehaviour =
  /** Takes the request and never answers. */
  | 'silence'
  /** Takes the request and resets the connection, without acting. */
  | 'reset'
  /** Acts, then resets the connection. */
  | 'lost-reply'
  /** Answers 504, without acting; acts a moment later (`lateActsDone` waits for it). */
  | 'acts-late'
  /** Answers a body that drips for longer than any deadline of the suite (one second). */
  | 'slow-body'
  /** Ends the connection in the middle of a body. */
  | 'truncated'
  /** 200 with a body that is not of the system's format at all. */
  | 'malformed'
  /** 200 with a body of the right format and a wrong shape. */
  | 'off-schema'
  | 'status-500'
  | 'status-503'
  /** 503 with `Retry-After: 7`. */
  | 'status-503-retry-after'
  /** 429 with `Retry-After: 11`. */
  | 'status-429'
  /** 503 by a clock one hour ahead: its `Date`, and a `Retry-After` date thirty seconds after it. */
  | 'skewed-retry-after'
  /** Refuses what was asked, with code and words in the system's own format, under a status of the caller's fault (4xx). */
  | 'refused-under-4xx'
  /** The same under a status of their own fault (5xx). */
  | 'refused-under-5xx'
  /** The sign of success beside words that tell of a fault; did not act. */
  | 'success-with-failure'
  /** Success for the call; a row of its own refuses the item, its fields named otherwise than elsewhere. Did not act. */
  | 'item-refused'
  /** Success for the call; the only row refuses an item that was not in it. */
  | 'row-of-another'
  /** Every call is answered as under an expired session, also under one that was just opened. */
  | 'sessions-forgotten'
  /** Logins are answered no. */
  | 'logins-refused';

/** A real server that speaks the system's wire and can be told to misbehave. */
export interface Counterpart {
  /** From now on, until the next. Undefined: well. */
  misbehave(how: Misbehaviour | undefined): Promise<void> | void;
  /** Ends every open session, once. */
  expireSessions(): Promise<void> | void;
  /** Refuses connections from now on. */
  vanish(): Promise<void> | void;
  /** Resolves when all that was taken under `acts-late` has been done. */
  lateActsDone(): Promise<void>;
  /** How many effects of a command stand for this input: none before it is sent, one after, however often it is repeated. */
  effectsOf(command: string, input: unknown): Promise<number> | number;
  /** What was only accepted until now has its final answer from now on. Needed where a command is answered later. */
  finish?(): Promise<void> | void;
  /** Since the start: logins asked, refused ones included; other calls received; effects that took place. */
  counts(): Promise<Counts> | Counts;
  close(): Promise<void>;
}
export interface Counts {
  readonly logins: number;
  readonly calls: number;
  readonly effects: number;
}

/** What the suite must be told of an adapter. */
export interface ConformanceOptions {
  start(): Promise<Counterpart>;
  /** A fresh adapter, without a session, that speaks to the counterpart. */
  create(counterpart: Counterpart): Adapter;
  transport(): Transport & { close(): Promise<void> };
  /** Every command of the adapter; the first one stands for all where sessions and secrets are checked. */
  readonly commands: Readonly<Record<string, CommandSample>>;
  /** Every query of the adapter; the first one stands for all where sessions and secrets are checked. */
  readonly queries: Readonly<Record<string, QuerySample>>;
  /** How long a call may take, milliseconds, where both sides sign and a busy machine takes its time for that. */
  readonly timeoutMs?: number;
  /** Passwords, keys and the like, which must not stand in any outcome. */
  readonly secrets: readonly string[];
  /** The system has sessions that can expire. */
  readonly sessions: boolean;
  /** Answers may speak of single items in rows of their own. */
  readonly itemRows: boolean;
  readonly callbacks: readonly CallbackSample[];
}
/** What the suite must be told of a command. */
export interface CommandSample {
  /** What is done after an unknown outcome, as the adapter declares it; `read-back` is a repeatable with `readBack`. */
  readonly recovery: 'repeatable' | 'read-back' | 'confirm' | 'manual';
  /** They only accept it: its final answer is fetched by the query that `later` names. */
  readonly answeredLater?: boolean;
  /** A fresh one for every `n`; sent once it has one effect. */
  input(n: number): unknown;
  /** Puts there what the system must hold before this can be sent; no effect of the command. */
  prepare?(counterpart: Counterpart, input: unknown): Promise<void> | void;
  /** Somebody else changes what was sent, so that it reads back as different. Needed with `read-back`. */
  move?(counterpart: Counterpart, input: unknown): Promise<void> | void;
  /** What can still be told of its result when they are asked about it; absent where all of it can. */
  confirmedAs?(result: unknown): unknown;
  /** Why they cannot say of what never arrived that it did not; absent where they can. */
  readonly cannotDeny?: string;
}
/** What the suite must be told of a query. */
export interface QuerySample {
  readonly input: unknown;
  /** Puts there what is asked for. */
  prepare?(counterpart: Counterpart): Promise<void> | void;
  /** Of a batch query: at least `batchSize` inputs, each with an answer of its own that stays the same. */
  readonly several?: readonly unknown[];
}
export type CallbackSample = TellSample | AskSample;
export interface TellSample {
  readonly kind: 'tell';
  readonly path: string;
  readonly message: InboundRequest;
  /** The same message, written differently where the format allows it. */
  readonly same: InboundRequest;
  /** About the same thing, with other content. */
  readonly other: InboundRequest;
  readonly broken: readonly InboundRequest[];
}
export interface AskSample {
  readonly kind: 'ask';
  readonly path: string;
  readonly question: InboundRequest;
  /** Two answers that the room may make to it: they must read differently to the system that asked. */
  readonly answers: readonly [unknown, unknown];
  readonly broken: readonly InboundRequest[];
}

/** Milliseconds one request of the suite may take. */
const TIMEOUT_MS = 400;
/** Milliseconds after which a call with that timeout must have ended, a login and a repeat included. */
export const PATIENCE_MS = 4 * TIMEOUT_MS;

/** One rule that every adapter keeps. `run` rejects when it is broken. */
export interface Check {
  readonly name: string;
  /** Left out, with this reason, where the system has nothing to check it by. */
  skip?(options: ConformanceOptions): string | undefined;
  run(options: ConformanceOptions): Promise<void>;
}

/** One command of the adapter, as the checks use it. */
export interface CommandUnderTest {
  readonly name: string;
  readonly operation: CommandOperation;
  readonly sample: CommandSample;
  /** It must not happen twice, and the engine says so with every call. */
  readonly oneOff: boolean;
  /** An input that was never sent; what it needs is there. */
  fresh(): Promise<unknown>;
  /** Sends this input, as the engine does. */
  send(input: unknown, changes?: Partial<CallContext>): Promise<Outcome>;
  /** Sends a fresh one. */
  sendFresh(changes?: Partial<CallContext>): Promise<Outcome>;
  effectsOf(input: unknown): Promise<number>;
}

/** One query of the adapter, as the checks use it. */
export interface QueryUnderTest {
  readonly name: string;
  readonly operation: QueryOperation | BatchQueryOperation;
  readonly sample: QuerySample;
  /** Asks for this input alone; for that of the sample unless told otherwise. */
  ask(changes?: Partial<CallContext>, input?: unknown): Promise<Outcome>;
}

/** One adapter, one counterpart, and a clock that the check moves. */
export interface Harness {
  readonly adapter: Adapter;
  readonly counterpart: Counterpart;
  readonly options: ConformanceOptions;
  /** What the adapter kept raw. */
  readonly kept: string[];
  /** Sessions and tokens that the counterpart handed out. */
  readonly tokens: ReadonlySet<string>;
  /** Added to the real time that the adapter is told, by both of its clocks. */
  skewMs: number;
  context(changes?: Partial<CallContext>): CallContext;
  /** A fresh adapter over the same stored sessions and the same counterpart, as another process has it. */
  secondProcess(): Harness;
  /** Those that the options name, in their order. */
  readonly commands: readonly CommandUnderTest[];
  readonly queries: readonly QueryUnderTest[];
  /** The first command, with a fresh input; of a system that takes none, the first query. */
  command(changes?: Partial<CallContext>): Promise<Outcome>;
  /** The first query; of a system that can be asked nothing, the first command. */
  query(changes?: Partial<CallContext>): Promise<Outcome>;
  /** The context of a system that repeats in its answer all that it was sent. */
  echo(status: number): Partial<CallContext>;
}

/** Runs a check against a fresh adapter and counterpart, and closes both whatever comes of it. */
export async function withHarness(
  options: ConformanceOptions,
  run: (harness: Harness) => Promise<void>,
): Promise<void> {
  const counterpart = await options.start();
  const transport = options.transport();
  try {
    for (const { prepare } of Object.values(options.queries)) await prepare?.(counterpart);
    await run(harnessOf(options, counterpart, transport));
  } finally {
    await counterpart.close();
    await transport.close();
  }
}

function harnessOf(
  options: ConformanceOptions,
  counterpart: Counterpart,
  transport: Transport,
  sessions = memorySessions(),
): Harness {
  const adapter = options.create(counterpart);
  const kept: string[] = [];
  const tokens = new Set<string>();
  const learning: Transport = {
    send: async (request, limits) => {
      const answer = await transport.send(request, limits);
      if ('body' in answer) for (const token of tokensIn(textOf(answer.body))) tokens.add(token);
      return answer;
    },
  };
  const harness: Harness = {
    adapter,
    counterpart,
    options,
    kept,
    tokens,
    commands: Object.entries(options.commands).map(([name, sample]) => commandUnderTest(name, sample, () => harness)),
    queries: Object.entries(options.queries).map(([name, sample]) => queryUnderTest(name, sample, () => harness)),
    skewMs: 0,
    context: (changes = {}) => ({
      transport: learning,
      sessions,
      signal: new AbortController().signal,
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      oneOff: false,
      wall: () => clock() + harness.skewMs,
      steady: () => clock() + harness.skewMs,
      traceparent: undefined,
      keep: (raw) => {
        kept.push(raw);
      },
      ...changes,
    }),
    secondProcess: () => harnessOf(options, counterpart, transport, sessions),
    // Some systems are only told, others only asked.
    command: (changes) => harness.commands[0]?.sendFresh(changes) ?? firstOf(harness.queries).ask(changes),
    query: (changes) => harness.queries[0]?.ask(changes) ?? firstOf(harness.commands).sendFresh(changes),
    echo: (status) => ({
      transport: {
        send: async (request, limits) => {
          await learning.send(request, limits);
          const said = textOf(request.body ?? new Uint8Array());
          const echoed = `${said} ${JSON.stringify(request.headers)}`;
          const body = JSON.stringify({ error_code: -1, message: echoed, error: echoed, detail: said });
          return { status, headers: {}, body: utf8(body) };
        },
      },
    }),
  };
  return harness;
}

function firstOf<Each>([first]: readonly Each[]): Each {
  if (first === undefined) throw new Error('the options name none');
  return first;
}

/** An adapter's operations know their own input; the suite passes on what it was given for them. */
function operationOf<Operation>(operations: Adapter['commands'] | Adapter['queries'], name: string): Operation {
  const found = operations[name] as unknown as Operation | undefined;
  if (!found) throw new Error(`the adapter has no operation ${name}`);
  return found;
}

function commandUnderTest(name: string, sample: CommandSample, harness: () => Harness): CommandUnderTest {
  let made = 0;
  const operation = () => operationOf<CommandOperation>(harness().adapter.commands, name);
  const command: CommandUnderTest = {
    name,
    sample,
    get operation() {
      return operation();
    },
    get oneOff() {
      const { kind, recovery } = operation();
      return kind === 'act' && recovery.kind !== 'repeatable';
    },
    fresh: async () => {
      made += 1;
      const input = sample.input(made);
      await sample.prepare?.(harness().counterpart, input);
      return input;
    },
    send: async (input, changes) => {
      const context = harness().context({ oneOff: command.oneOff, ...changes });
      const { operation } = command;
      return operation.kind === 'act' ? operation.run(input, context) : onlyOne(await operation.run([input], context));
    },
    sendFresh: async (changes) => command.send(await command.fresh(), changes),
    effectsOf: async (input) => harness().counterpart.effectsOf(name, input),
  };
  return command;
}

function queryUnderTest(name: string, sample: QuerySample, harness: () => Harness): QueryUnderTest {
  const operation = () => operationOf<QueryOperation | BatchQueryOperation>(harness().adapter.queries, name);
  return {
    name,
    sample,
    get operation() {
      return operation();
    },
    ask: async (changes, input = sample.input) => {
      const query = operation();
      const context = harness().context(changes);
      return query.kind === 'query' ? query.run(input, context) : onlyOne(await query.run([input], context));
    },
  };
}

function onlyOne(ended: BatchOutcome<Outcome>): Outcome {
  if (ended.kind === 'undivided') return ended.outcome;
  const [outcome] = ended.outcomes;
  if (!outcome || ended.outcomes.length !== 1) throw new Error('one item must have one outcome');
  return outcome;
}

/** Does the same for each, one after the other; what is broken says of which. */
export async function forEach<Each extends { readonly name: string }>(
  all: readonly Each[],
  check: (each: Each) => Promise<void>,
): Promise<void> {
  for (const each of all) await named(each.name, check(each));
}

/** The same, all at once: for what has no effect. */
export async function together<Each extends { readonly name: string }>(
  all: readonly Each[],
  check: (each: Each) => Promise<void>,
): Promise<void> {
  await Promise.all(all.map((each) => named(each.name, check(each))));
}

async function named(name: string, work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
}

/** Epoch milliseconds. */
export function clock(): number {
  return Math.round(performance.timeOrigin + performance.now());
}

/** What an answer hands out under a name such as `session` or `access_token`. */
function tokensIn(body: string): string[] {
  return [...body.matchAll(/"\w*(?:session|token)\w*"\s*:\s*"([^"]{8,})"/gi)].flatMap((match) => match[1] ?? []);
}

/** Fails the check, saying what rule was broken. */
export function must(condition: boolean, rule: string, seen: unknown): asserts condition {
  if (!condition) throw new Error(`${rule}; seen: ${JSON.stringify(seen)}`);
}

/** The outcome must be of this kind and hold these values. */
export function mustBe(outcome: Outcome, expected: Readonly<Record<string, unknown>>): void {
  const values = outcome as unknown as Readonly<Record<string, unknown>>;
  must(
    Object.entries(expected).every(([key, value]) => values[key] === value),
    `the outcome must be ${JSON.stringify(expected)}`,
    outcome,
  );
}

/** A good call: it is completed, or accepted where the answer comes later. */
export function mustSucceed(outcome: Outcome, { sample }: CommandUnderTest): void {
  mustBe(outcome, { kind: sample.answeredLater === true ? 'accepted' : 'completed' });
}

/** What can befall every system, and never looks like success; what takes its time comes last. */
export const misbehaviours: readonly Misbehaviour[] = [
  'reset',
  'lost-reply',
  'acts-late',
  'truncated',
  'malformed',
  'off-schema',
  'status-500',
  'status-503',
  'status-503-retry-after',
  'status-429',
  'skewed-retry-after',
  'refused-under-4xx',
  'refused-under-5xx',
  'success-with-failure',
  'silence',
  'slow-body',
];
