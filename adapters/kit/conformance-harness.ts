import type {
  Adapter,
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
  /** A command whose every fresh `input()` has one effect. */
  readonly command: { readonly name: string; input(n: number): unknown };
  readonly query: { readonly name: string; readonly input: unknown };
  /** Passwords, keys and the like, which must not stand in any outcome. */
  readonly secrets: readonly string[];
  /** The system has sessions that can expire. */
  readonly sessions: boolean;
  /** Answers may speak of single items in rows of their own. */
  readonly itemRows: boolean;
  readonly callbacks: readonly CallbackSample[];
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

/** One adapter, one counterpart, and a clock that the check moves. */
export interface Harness {
  readonly adapter: Adapter;
  readonly counterpart: Counterpart;
  readonly options: ConformanceOptions;
  /** What the adapter kept raw. */
  readonly kept: string[];
  /** Sessions and tokens that the counterpart handed out. */
  readonly tokens: ReadonlySet<string>;
  /** Added to the real time that the adapter is told. */
  skewMs: number;
  context(changes?: Partial<CallContext>): CallContext;
  /** A fresh adapter over the same stored sessions and the same counterpart, as another process has it. */
  secondProcess(): Harness;
  command(changes?: Partial<CallContext>): Promise<Outcome>;
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
  let sent = 0;
  const harness: Harness = {
    adapter,
    counterpart,
    options,
    kept,
    tokens,
    skewMs: 0,
    context: (changes = {}) => ({
      transport: learning,
      sessions,
      signal: new AbortController().signal,
      timeoutMs: TIMEOUT_MS,
      oneOff: false,
      now: () => clock() + harness.skewMs,
      traceparent: undefined,
      keep: (raw) => {
        kept.push(raw);
      },
      ...changes,
    }),
    secondProcess: () => harnessOf(options, counterpart, transport, sessions),
    command: async (changes) => {
      sent += 1;
      // An adapter's operations know their own input; the suite passes on what it was given for it.
      const operation = adapter.commands[options.command.name] as unknown as CommandOperation | undefined;
      if (!operation) throw new Error(`no command ${options.command.name}`);
      const input = options.command.input(sent);
      if (operation.kind === 'act') return operation.run(input, harness.context(changes));
      const ended = await operation.run([input], harness.context(changes));
      if (ended.kind === 'undivided') return ended.outcome;
      const [outcome] = ended.outcomes;
      if (!outcome || ended.outcomes.length !== 1) throw new Error('one item must have one outcome');
      return outcome;
    },
    query: (changes) => {
      const operation = adapter.queries[options.query.name] as unknown as QueryOperation | undefined;
      if (!operation) throw new Error(`no query ${options.query.name}`);
      return operation.run(options.query.input, harness.context(changes));
    },
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
