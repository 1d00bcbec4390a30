import type { ImportOutcome } from '../../contracts/domain/delivery.ts';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { isNotUtf8, jsonPointer, mayBeUnstorable, UNSTORABLE, unstorable } from '../../contracts/domain/text.ts';
import { StoreUnavailable } from '../store/engine.ts';
import { TooLarge } from '../store/limits.ts';
import type { Acceptance, AcceptCommand } from './acceptance.ts';

/** Lines accepted together: a batch of four times as many costs each no less, and whoever else hands over waits for it. */
const LINES_A_ROUND = 250;
/** Characters a line holds at most. */
const LINE_LIMIT = 4 * 1024 * 1024;

export interface ImportOptions {
  readonly accept: (command: AcceptCommand) => Promise<Acceptance>;
  readonly mode: AcceptCommand['mode'];
  readonly actor: string;
  /** The first line to take, from 1. */
  readonly from: number;
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
 * is answered `unavailable`, and the import ends there so that it can be resumed from that line.
 */
export async function* importLines(
  body: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): AsyncGenerator<readonly ImportedLine[]> {
  let number = 0;
  let round: string[] = [];
  for await (const line of splitLines(body)) {
    number++;
    if (number < options.from) continue;
    round.push(line);
    if (round.length < LINES_A_ROUND) continue;
    const { answers, stopped } = await acceptRound(round, number - round.length + 1, options);
    yield answers;
    if (stopped) return;
    round = [];
  }
  if (round.length > 0) yield (await acceptRound(round, number - round.length + 1, options)).answers;
}

async function acceptRound(
  lines: readonly string[],
  first: number,
  options: ImportOptions,
): Promise<{ readonly answers: readonly ImportedLine[]; readonly stopped: boolean }> {
  // A code that stands twice in a round: the later line waits for the earlier one.
  const last = new Map<string, Promise<ImportedLine | undefined>>();
  let stopped = false;
  const answers = await Promise.all(
    lines.map(async (text, index): Promise<ImportedLine | undefined> => {
      if (text.trim() === '') return undefined;
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

function parseLine(text: string): ParsedLine {
  if (text.length > LINE_LIMIT)
    return { code: null, errors: [{ pointer: '', message: `is longer than ${LINE_LIMIT} characters` }] };
  if (isNotUtf8(text)) return { code: null, errors: [{ pointer: '', message: 'is not valid UTF-8' }] };
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

async function* splitLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    // An endless line is cut to what shows that it is too long.
    if (rest.length > 2 * LINE_LIMIT) rest = rest.slice(0, LINE_LIMIT + 1);
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
