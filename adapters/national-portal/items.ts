import { composed, folded } from '../../contracts/domain/text.ts';
import { completed, drift, notSent, type SendOutcome, unknown } from '../adapter.ts';
import { refusedAs } from '../kit/outcome.ts';
import { plainCode } from './codes.ts';
import type { Answered } from './portal.ts';
import { judge, saysDone, type Verdict } from './verdict.ts';
import { itemNames } from './wire.ts';

/**
 * What an answer says of one item. `not-said`: the call was refused for the sake of others. `foreign`: a row speaks
 * of it in a shape that cannot be judged.
 */
export interface ItemVerdict {
  readonly verdict: Verdict | 'not-said' | 'foreign';
  readonly code: string;
  readonly message: string;
}

/**
 * Divides one answer among the dossiers that were in the call: by a line of its own in `result`, else by standing in
 * the message. Undefined when the call was refused and it cannot be told for whom; with one item there is no doubt.
 */
export function divide(answer: Answered, codes: readonly string[]): readonly ItemVerdict[] | undefined {
  const whole: ItemVerdict = { verdict: answer.verdict, code: answer.code, message: answer.message };
  const lines = linesOf(answer, codes);
  const named = namedIn(answer.message, codes);
  const failed = answer.verdict !== 'done';
  if (codes.length === 1) {
    const line = lines.get((codes[0] ?? '').trim());
    return [line === undefined || tells(line) ? (line ?? whole) : { ...whole, message: line.message }];
  }

  if (failed && named.size === 0 && !codes.some((code) => tells(lines.get(code.trim())))) {
    return answer.verdict === 'exists' ? codes.map(() => whole) : undefined;
  }
  // Beside a failure nothing is taken for done that is not said to be, whatever the code.
  const rest: ItemVerdict = { ...whole, verdict: failed ? 'not-said' : 'done' };
  return codes.map((code) => lines.get(code.trim()) ?? (failed && named.has(code) ? whole : rest));
}

/**
 * Lines of `result` (or `data`) that carry a dossier code and a verdict of their own. Where the call failed, a 0
 * alone proves nothing, because some failures are told by text alone: a line is done if its text says so, or if it has
 * none and other lines have other codes; else it is not spoken of. Beside a success, a line that says something of a
 * dossier that cannot be judged is `foreign`: it may be a refusal in words that we do not know.
 */
function linesOf(answer: Answered, codes: readonly string[]): Map<string, ItemVerdict> {
  const ours = new Set(codes.map((code) => code.trim()));
  const said = [answer.envelope.result, answer.envelope.data]
    .flatMap((rows) => (Array.isArray(rows) ? rows : [rows]))
    .flatMap((row) => readItem(row, answer.clean) ?? [])
    .filter(({ dossier }) => ours.has(dossier));
  const failed = answer.verdict !== 'done';
  const codesTell = said.some(({ code }) => code !== undefined && plainCode(code) !== '0');
  const lines = new Map<string, ItemVerdict>();
  for (const item of said) {
    const { dossier, code, message } = item;
    const line = { code: code ?? 'other', message: message ?? answer.message };
    const verdict = verdictOf(item);
    if (verdict === undefined) {
      if (!failed && item.further) put(lines, dossier, { ...line, verdict: 'foreign' });
      continue;
    }
    const sure = message === undefined ? codesTell : saysDone(message);
    const vague =
      verdict === 'done' || (failed && verdict === 'unclear') ? failed && !sure : blamesOthers(message ?? '');
    put(lines, dossier, { ...line, verdict: vague ? 'not-said' : verdict });
  }
  if ([...lines.values()].some(({ verdict }) => verdict === 'foreign')) answer.keep();
  return lines;
}

/** Of several lines of one dossier the worst counts: progress rows are answered one by one. */
function put(lines: Map<string, ItemVerdict>, dossier: string, line: ItemVerdict): void {
  const before = lines.get(dossier);
  if (before === undefined || weight(line) > weight(before)) lines.set(dossier, line);
}

function weight(line: ItemVerdict): number {
  return line.verdict === 'done' ? 0 : line.verdict === 'not-said' ? 1 : line.verdict === 'foreign' ? 2 : 3;
}

interface Item {
  readonly dossier: string;
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** It says more than which dossier it is. */
  readonly further: boolean;
}

/** A row that names a dossier, its names read whatever their case and underscores; its words without our secrets. */
function readItem(row: unknown, clean: Answered['clean']): Item | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  const byName = new Map(
    Object.entries(row).map(([name, value]): [string, unknown] => [name.toLowerCase().replaceAll('_', ''), value]),
  );
  const textOf = (name: string): string | undefined => {
    const value = byName.get(name);
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    return text === '' ? undefined : text;
  };
  const first = (names: readonly string[]) => {
    const text = names.map(textOf).find((each) => each !== undefined);
    return text === undefined ? undefined : clean(text);
  };
  const dossier = textOf(itemNames.dossier);
  if (dossier === undefined) return undefined;
  const code = first(itemNames.code);
  const message = first(itemNames.message);
  return { dossier, code: code === dossier ? undefined : code, message, further: byName.size > 1 };
}

/** Without a code the text must say it by itself; undefined where it does not. */
function verdictOf({ code, message }: Item): Verdict | undefined {
  if (code !== undefined) return judge(code, message);
  if (message === undefined) return undefined;
  if (saysDone(message)) return 'done';
  const verdict = judge('other', message);
  const denies = /\b(khong|that bai|loi|thieu|sai|chua)\b/.test(folded(message));
  return verdict === 'no' && !denies ? undefined : verdict;
}

/** How it went for one item, where a repeat of what they have already is a success. */
export function outcomeOf(item: ItemVerdict | undefined, result: unknown): SendOutcome {
  if (item === undefined || item.verdict === 'not-said') return notSent('not-in-batch');
  if (item.verdict === 'busy') return notSent('unavailable');
  if (item.verdict === 'broken') return unknown('server-error');
  if (item.verdict === 'foreign') return foreignRow;
  if (item.verdict === 'unclear') return unknown('unreadable');
  if (item.verdict === 'done' || item.verdict === 'exists') return completed(result);
  return refusedAs(item.code, item.message);
}

const tells = (line: ItemVerdict | undefined) =>
  line !== undefined && line.verdict !== 'done' && line.verdict !== 'not-said';

/** Where a row cannot be judged. Which row it is would say more than which dossier. */
export const foreignRow = drift('/result', 'a code or a message of the item', 'another row');

/** "Không thành công do lỗi của hồ sơ khác": refused with the batch and not for itself. */
function blamesOthers(message: string): boolean {
  return /(ho so|ban ghi|du lieu|item|record) khac|other (item|record|dossier)/.test(folded(message));
}

const WORD_GOES_ON_BEFORE = /(?:[\p{L}\p{N}_\-/]|[\p{L}\p{N}]\.)$/u;
const WORD_GOES_ON_AFTER = /^(?:[\p{L}\p{N}_/-]|[.:][\p{L}\p{N}])/u;
/** UTF-16 units that tell whether a word goes on: a point and a letter outside the basic plane. */
const NEIGHBOURHOOD = 4;

/**
 * The codes that stand in a text as words of their own: `…-0001` is not named by `…-00012`. Every answer comes by
 * here, and most name nobody: no pattern is made for a code.
 */
function namedIn(text: string, codes: readonly string[]): Set<string> {
  const haystack = composed(text).toLowerCase();
  return new Set(codes.filter((code) => standsIn(haystack, composed(code).toLowerCase())));
}

function standsIn(haystack: string, code: string): boolean {
  for (let at = haystack.indexOf(code); at >= 0; at = haystack.indexOf(code, at + 1)) {
    const end = at + code.length;
    const before = haystack.slice(Math.max(0, at - NEIGHBOURHOOD), at);
    const after = haystack.slice(end, end + NEIGHBOURHOOD);
    if (!WORD_GOES_ON_BEFORE.test(before) && !WORD_GOES_ON_AFTER.test(after)) return true;
  }
  return false;
}
