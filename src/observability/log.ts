import { errorCode, errorMessage } from '../error-words.ts';

/**
 * The log holds no personal datum by construction: a line is a constant sentence and fields from this list, whatever
 * else an object carries is left out, and an error gives its name and place but not its words (see `errorFacts`).
 */
export interface LogFields {
  readonly requestId?: string | undefined;
  readonly principal?: string | undefined;
  readonly credential?: string | undefined;
  readonly method?: string | undefined;
  /** The pattern, such as `/v1/dossiers/{code}`, never the path. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly peer?: string | undefined;
  readonly traceparent?: string | undefined;
  /** Of ours, such as `systems`. */
  readonly room?: string | undefined;
  readonly system?: string | undefined;
  readonly operation?: string | undefined;
  readonly lane?: string | undefined;
  readonly exchange?: string | undefined;
  readonly call?: string | undefined;
  readonly replay?: string | undefined;
  readonly subscription?: string | undefined;
  readonly event?: string | undefined;
  readonly inbound?: string | undefined;
  readonly file?: string | undefined;
  readonly payment?: string | undefined;
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
  readonly state?: string | undefined;
  readonly count?: number | undefined;
  readonly ageMs?: number | undefined;
  readonly position?: number | undefined;
  readonly root?: string | undefined;
  readonly url?: string | undefined;
  readonly version?: string | undefined;
  readonly error?: ErrorFacts | undefined;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface Log {
  debug(sentence: string, fields?: LogFields): void;
  info(sentence: string, fields?: LogFields): void;
  warn(sentence: string, fields?: LogFields): void;
  error(sentence: string, fields?: LogFields): void;
  /** A log whose every line carries these fields as well. */
  with(fields: LogFields): Log;
}

export interface ErrorFacts {
  readonly name: string;
  readonly code?: string;
  /** Only of errors whose words come from the program and never from data. */
  readonly message?: string;
  readonly at?: readonly string[];
  readonly cause?: ErrorFacts;
}

/** As an object of every field, so that one forgotten here does not compile. */
const LISTED: Readonly<Record<keyof LogFields, true>> = {
  requestId: true,
  principal: true,
  credential: true,
  method: true,
  route: true,
  status: true,
  code: true,
  durationMs: true,
  peer: true,
  traceparent: true,
  room: true,
  system: true,
  operation: true,
  lane: true,
  exchange: true,
  call: true,
  replay: true,
  subscription: true,
  event: true,
  inbound: true,
  file: true,
  payment: true,
  outcome: true,
  reason: true,
  state: true,
  count: true,
  ageMs: true,
  position: true,
  root: true,
  url: true,
  version: true,
  error: true,
};
const FIELDS = Object.keys(LISTED) as readonly (keyof LogFields)[];

/** Where lines go: pino on Node, the console on an edge runtime, an array in a test. */
export interface LogSink {
  readonly level: LogLevel;
  write(level: LogLevel, sentence: string, fields: Readonly<Record<string, unknown>>): void;
}

const RANK: Readonly<Record<LogLevel, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

export function logTo(sink: LogSink, common: LogFields = {}): Log {
  const least = RANK[sink.level];
  const write = (level: LogLevel, sentence: string, fields: LogFields | undefined): void => {
    if (RANK[level] >= least) sink.write(level, sentence, listed(common, fields));
  };
  return {
    debug: (sentence, fields) => write('debug', sentence, fields),
    info: (sentence, fields) => write('info', sentence, fields),
    warn: (sentence, fields) => write('warn', sentence, fields),
    error: (sentence, fields) => write('error', sentence, fields),
    with: (fields) => logTo(sink, { ...common, ...fields }),
  };
}

function listed(common: LogFields, fields: LogFields | undefined): Record<string, unknown> {
  const line: Record<string, unknown> = {};
  for (const name of FIELDS) {
    const value = fields?.[name] ?? common[name];
    if (value !== undefined) line[name] = value;
  }
  return line;
}

/** What may be said of an error: name, code, place; its words only where they cannot quote data, with quotes masked. */
export function errorFacts(error: unknown, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = errorCode(error);
  const message = errorMessage(error);
  const stack = error.stack ?? '';
  const words = error.message === '' ? -1 : stack.indexOf(error.message);
  const at = (words < 0 ? stack : stack.slice(words + error.message.length))
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 12)
    .map((line) => line.slice(7));
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(message === undefined ? {} : { message }),
    ...(at.length > 0 ? { at } : {}),
    ...(error.cause !== undefined && depth < 3 ? { cause: errorFacts(error.cause, depth + 1) } : {}),
  };
}
