import type { ImportOutcome } from '../../contracts/domain/delivery.ts';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { fromUtf8, jsonPointer, mayBeUnstorable, UNSTORABLE, unstorable } from '../../contracts/domain/text.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { TooLarge } from '../store/limits.ts';
import type { Acceptance, AcceptCommand } from './acceptance.ts';
import { Stopped, untilStopped } from './until-stopped.ts';

/** Lines accepted together: a batch of four times as many costs each no less, and whoever else hands over waits for it. */
const LINES_A_ROUND = 250;
const NEW_LINE = 0x0a;
/** Bytes a line holds at most. */
const LINE_LIMIT = 4 * 1024 * 1024;

const TOO_LONG = Symbol('too long');
const NOT_UTF8 = Symbol('not UTF-8');
/** A line's text, or what keeps it from having one. */
type Line = string | typeof TOO_LONG | typeof NOT_UTF8;

export interface ImportOptions {
  readonly accept: (command: AcceptCommand) => Promise<Acceptance>;
  readonly mode: AcceptCommand['mode'];
  readonly actor: string;
  /** The first line to take, from 1. */
  readonly from: number;
  /** Aborted when the gateway is told to stop: the import ends after the lines that it has. */
  readonly stopping?: AbortSignal | undefined;
}

/** What became of one line. */
export interface ImportedLine {
  readonly line: number;
  readonly code: string | null;
  readonly outcome: ImportOutcome;
  readonly version?: number;
  readonly exchange?: string | null;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

/**
 * NDJSON in; one answer a line, in order and some at a time, each given only when its line is on disk. Memory holds one round
 * of lines, however long the file. A bad line is answered as such and stops nothing; a store that takes nothing more
 * is answered `unavailable`, and the import ends there so that it can be resumed from that line; so does a gateway that
 * is told to stop.
 */
export async function* importLines(
  body: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<readonly ImportedLine[]> {
  let number = 0;
  let round: Line[] = [];
  let told = false;
  try {
    for await (const line of splitLines(untilStopped(body, options.stopping))) {
      number++;
      if (number < options.from) continue;
      round.push(line);
      if (round.length < LINES_A_ROUND) continue;
      const { answers, stopped } = await acceptRound(round, number - round.length + 1, options);
      yield answers;
      if (stopped) return;
      round = [];
      told = options.stopping?.aborted ?? false;
      if (told) break;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    told = true;
  }
  if (round.length > 0) {
    const { answers, stopped } = await acceptRound(round, number - round.length + 1, options);
    yield answers;
    if (stopped) return;
  }
  if (told) yield [stoppedAt(Math.max(number + 1, options.from))];
}

const stoppedAt = (line: number): ImportedLine => ({
  ...{ line, code: null, outcome: 'unavailable' },
  errors: [{ pointer: '', message: 'was not read: the gateway is stopping, so go on from this line when it is back' }],
});

async function acceptRound(
  lines: readonly Line[],
  first: number,
  options: ImportOptions,
): Promise<{ readonly answers: readonly ImportedLine[]; readonly stopped: boolean }> {
  // A code that stands twice in a round: the later line waits for the earlier one.
  const last = new Map<string, Promise<ImportedLine | undefined>>();
  let stopped = false;
  const answers = await Promise.all(
    lines.map(async (text, index): Promise<ImportedLine | undefined> => {
      if (typeof text === 'string' && text.trim() === '') return undefined;
      const line = first + index;
      const parsed = parseLine(text);
      if ('errors' in parsed) return { line, code: parsed.code, outcome: 'invalid', errors: parsed.errors };
      const before = last.get(parsed.snapshot.code);
      const answer = (async () => {
        await before;
        try {
          return answerOf(
            line,
            await options.accept({ snapshot: parsed.snapshot, actor: options.actor, mode: options.mode }),
          );
        } catch (error) {
          if (error instanceof TooLarge) return tooLarge(line, parsed.snapshot.code);
          if (!(error instanceof StoreUnavailable)) throw error;
          stopped = true;
          return { line, code: parsed.snapshot.code, outcome: 'unavailable' } satisfies ImportedLine;
        }
      })();
      last.set(parsed.snapshot.code, answer);
      return answer;
    }),
  );
  return { answers: answers.filter((answer) => answer !== undefined), stopped };
}

const tooLarge = (line: number, code: string): ImportedLine => ({
  ...{ line, code, outcome: 'invalid' },
  errors: [{ pointer: '', message: 'is larger than the store takes' }],
});

function answerOf(line: number, acceptance: Acceptance): ImportedLine {
  const { code } = acceptance;
  if (acceptance.kind === 'refused') return { line, code, outcome: acceptance.reason };
  if (acceptance.kind === 'moved' || acceptance.kind === 'awaited')
    return { line, code, outcome: 'conflicting-revision' };
  return { line, code, outcome: acceptance.kind, version: acceptance.version, exchange: acceptance.exchange };
}

type ParsedLine =
  | { readonly snapshot: DossierSnapshot }
  | { readonly code: string | null; readonly errors: { pointer: string; message: string }[] };

function parseLine(text: Line): ParsedLine {
  if (text === TOO_LONG)
    return { code: null, errors: [{ pointer: '', message: `is longer than ${LINE_LIMIT} bytes` }] };
  if (text === NOT_UTF8) return { code: null, errors: [{ pointer: '', message: 'is not valid UTF-8' }] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { code: null, errors: [{ pointer: '', message: 'is not JSON' }] };
  }
  const parsed = dossierSnapshot.safeParse(value);
  const bad = parsed.success && mayBeUnstorable(text) ? unstorable(parsed.data) : undefined;
  if (parsed.success && bad === undefined) return { snapshot: parsed.data };
  const code = (value as { code?: unknown } | null)?.code;
  return {
    code: typeof code === 'string' ? code.slice(0, 100) : null,
    errors:
      bad !== undefined
        ? [{ pointer: jsonPointer(bad), message: UNSTORABLE }]
        : (parsed.error?.issues ?? []).flatMap((issue) =>
            issue.code === 'unrecognized_keys'
              ? issue.keys.map((key) => ({
                  pointer: jsonPointer([...issue.path, key]),
                  message: 'is not a known field',
                }))
              : [{ pointer: jsonPointer(issue.path), message: issue.message }],
          ),
  };
}

/** Lines by their bytes, so that each is judged as UTF-8 for itself. Of one that is too long no more is kept. */
async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const add = (part: Uint8Array): void => {
    size += part.byteLength;
    if (size <= LINE_LIMIT) parts.push(part);
    else parts = [];
  };
  const take = (): Line => {
    const line = size > LINE_LIMIT ? TOO_LONG : (fromUtf8(joined(parts, size)) ?? NOT_UTF8);
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
      add(chunk.subarray(from, end));
      from = end + 1;
      yield take();
    }
    if (from < chunk.byteLength) add(chunk.slice(from));
  }
  if (size > 0) yield take();
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
