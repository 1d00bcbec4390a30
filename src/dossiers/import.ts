import { dossierCode } from '../../contracts/domain/codes.ts';
import type { ImportOutcome } from '../../contracts/domain/delivery.ts';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { beyondBounds, HANDED_OVER } from '../../contracts/domain/json-bounds.ts';
import { jsonPointer, mayBeUnstorable, UNSTORABLE, unstorable } from '../../contracts/domain/text.ts';
import type { Platform } from '../platform.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { TooLarge } from '../store/limits.ts';
import type { Acceptance, AcceptCommand } from './acceptance.ts';
import { DOSSIER_BYTES } from './bounds.ts';
import { type Line, lineReader, NOT_UTF8, TOO_LONG } from './lines.ts';
import { Stopped, untilStopped } from './until-stopped.ts';

/**
 * What is accepted together: more lines share a commit no better, and whoever else hands over waits for them, so that beside
 * others they are fewer. A line of more bytes goes by itself.
 */
interface RoundSize {
  readonly lines: number;
  readonly bytes: number;
}
const ALONE: RoundSize = { lines: 200, bytes: 1024 * 1024 };
const BESIDE_OTHERS: RoundSize = { lines: 32, bytes: 256 * 1024 };
/** How long lines are read before everybody else has a turn, milliseconds. */
const READING_MS = 8;
/** Failing fields that are named of one line. */
const ERRORS_AT_MOST = 200;

export interface ImportOptions {
  readonly accept: (command: AcceptCommand) => Promise<Acceptance>;
  /** Dossiers that were handed over so far, by anybody; its own lines among them. */
  readonly handedOver: () => number;
  readonly mode: AcceptCommand['mode'];
  readonly actor: string;
  /** The first line to take, from 1. */
  readonly from: number;
  readonly platform: Pick<Platform, 'steady'>;
  /** Runs it when everybody who waits for the event loop has had a turn. */
  readonly turn: (run: () => void) => void;
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
 * of lines, however long the file and however long its lines. A bad line is answered as such and stops nothing; a store
 * that takes nothing more is answered `unavailable`, and the import ends there so that it can be resumed from that line; so
 * does a gateway that is told to stop.
 */
export async function* importLines(
  body: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<readonly ImportedLine[]> {
  const { platform, turn, from } = options;
  const lines = lineReader(DOSSIER_BYTES);
  let number = 0;
  let [round, bytes]: [ReadLine[], number] = [[], 0];
  // Who else is there is not known before the first round.
  let [size, seen] = [BESIDE_OTHERS, options.handedOver()];
  let readingSince = platform.steady();
  let told = false;

  const others = async (): Promise<void> => {
    await new Promise<void>(turn);
    readingSince = platform.steady();
  };
  const end = async () => {
    seen += round.filter(({ parsed }) => 'snapshot' in parsed).length;
    const ended = await acceptRound(round, options);
    [round, bytes] = [[], 0];
    await others();
    const now = options.handedOver();
    [size, seen] = [now === seen ? ALONE : BESIDE_OTHERS, now];
    return ended;
  };
  try {
    for await (const chunk of withEnd(untilStopped(body, options.stopping)))
      for (const { line, bytes: length } of lines.read(chunk)) {
        // What the chunk still holds is not read either.
        if (options.stopping?.aborted) throw new Stopped('the gateway is told to stop');
        number++;
        if (platform.steady() - readingSince >= READING_MS) await others();
        if (number < from || (typeof line === 'string' && line.trim() === '')) continue;
        if (round.length >= size.lines || (round.length > 0 && bytes + length > size.bytes)) {
          const { answers, stopped } = await end();
          yield answers;
          if (stopped) return;
        }
        round.push({ number, parsed: parseLine(line) });
        bytes += length;
      }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    told = true;
  }
  if (round.length > 0) {
    const { answers, stopped } = await end();
    yield answers;
    if (stopped) return;
  }
  if (told) yield [stoppedAt(Math.max(number + 1, from))];
}

/** The chunks, and undefined where they end. */
async function* withEnd(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  yield* body;
  yield undefined;
}

interface ReadLine {
  /** From 1. */
  readonly number: number;
  readonly parsed: ParsedLine;
}

const stoppedAt = (line: number): ImportedLine => ({
  ...{ line, code: null, outcome: 'unavailable' },
  errors: [{ pointer: '', message: 'was not read: the gateway is stopping, so go on from this line when it is back' }],
});

async function acceptRound(
  lines: readonly ReadLine[],
  options: ImportOptions,
): Promise<{ readonly answers: readonly ImportedLine[]; readonly stopped: boolean }> {
  // A code that stands twice in a round: the later line waits for the earlier one.
  const last = new Map<string, Promise<ImportedLine>>();
  let stopped = false;
  const answers = await Promise.all(
    lines.map(async ({ number: line, parsed }): Promise<ImportedLine> => {
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
  return { answers, stopped };
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
    return { code: null, errors: [{ pointer: '', message: `is longer than ${DOSSIER_BYTES} bytes` }] };
  if (text === NOT_UTF8) return { code: null, errors: [{ pointer: '', message: 'is not valid UTF-8' }] };
  const beyond = beyondBounds(text, HANDED_OVER);
  if (beyond !== undefined) return { code: null, errors: [{ pointer: '', message: beyond }] };
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
    // What is no code may be anybody's name or number: it is not said back.
    code: dossierCode.safeParse(code).success ? String(code) : null,
    errors:
      bad !== undefined
        ? [{ pointer: jsonPointer(bad), message: UNSTORABLE }]
        : (parsed.error?.issues ?? [])
            .flatMap((issue) =>
              issue.code === 'unrecognized_keys'
                ? issue.keys.map((key) => ({
                    pointer: jsonPointer([...issue.path, key]),
                    message: 'is not a known field',
                  }))
                : [{ pointer: jsonPointer(issue.path), message: issue.message }],
            )
            .slice(0, ERRORS_AT_MOST),
  };
}
