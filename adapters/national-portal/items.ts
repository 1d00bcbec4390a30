import { readValue } from '../kit/json.ts';
import { folded } from '../kit/text.ts';
import { plainCode } from './codes.ts';
import type { Answered } from './portal.ts';
import { judge, saysDone, type Verdict } from './verdict.ts';
import { itemReply } from './wire.ts';

/** What an answer says of one item. `not-said`: the call was refused for the sake of others. */
export interface ItemVerdict {
  readonly verdict: Verdict | 'not-said';
  readonly code: string;
  readonly message: string;
}

/**
 * Divides one answer among the dossiers that were in the call: by a line of its own in `result`, else by standing in
 * the message. Undefined when the call was refused and it cannot be told for whom; with one item there is no doubt.
 */
export function divide(answer: Answered, codes: readonly string[]): readonly ItemVerdict[] | undefined {
  const whole: ItemVerdict = { verdict: answer.verdict, code: answer.code, message: answer.message };
  const lines = linesOf(answer);
  const named = namedIn(answer.message, codes);
  const failed = answer.verdict !== 'done';
  if (codes.length === 1) {
    const line = lines.get(codes[0] ?? '');
    return [line === undefined || tells(line) ? (line ?? whole) : { ...whole, message: line.message }];
  }

  if (failed && named.size === 0 && !codes.some((code) => tells(lines.get(code)))) {
    return answer.verdict === 'exists' ? codes.map(() => whole) : undefined;
  }
  // Beside a failure nothing is taken for done that is not said to be, whatever the code.
  const rest: ItemVerdict = { ...whole, verdict: failed ? 'not-said' : 'done' };
  return codes.map((code) => lines.get(code) ?? (failed && named.has(code) ? whole : rest));
}

/**
 * Lines of `result` (or `data`) that carry a dossier code and a code of their own. Where the call failed, a 0
 * alone proves nothing, because some failures are told by text alone: a line is done if its text says so, or if it has
 * none and other lines have other codes; else it is not spoken of.
 */
function linesOf(answer: Answered): Map<string, ItemVerdict> {
  const rows = answer.envelope.result ?? answer.envelope.data;
  const said = (Array.isArray(rows) ? rows : []).flatMap((row) => {
    const read = readValue(row, itemReply);
    const code = read.ok ? (read.value.error_code ?? read.value.MaLoi) : undefined;
    if (!read.ok || code === undefined) return [];
    return [{ dossier: read.value.MaHoSo, code, message: read.value.message ?? read.value.MoTaLoi }];
  });
  const failed = answer.verdict !== 'done';
  const codesTell = said.some(({ code }) => plainCode(code) !== '0');
  return new Map(
    said.map(({ dossier, code, message }) => {
      const verdict = judge(code, message);
      const sure = message == null || message === '' ? codesTell : saysDone(message);
      const vague =
        verdict === 'done' || (failed && verdict === 'unclear') ? failed && !sure : blamesOthers(message ?? '');
      return [
        dossier,
        { verdict: vague ? 'not-said' : verdict, code: String(code), message: message ?? answer.message },
      ];
    }),
  );
}

const tells = (line: ItemVerdict | undefined) =>
  line !== undefined && line.verdict !== 'done' && line.verdict !== 'not-said';

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
  const haystack = text.normalize('NFC').toLowerCase();
  return new Set(codes.filter((code) => standsIn(haystack, code.normalize('NFC').toLowerCase())));
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
