import { readValue } from '../kit/json.ts';
import { folded } from '../kit/text.ts';
import type { Answered } from './portal.ts';
import { judge, type Verdict } from './verdict.ts';
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
  if (codes.length === 1) return [lines.get(codes[0] ?? '') ?? whole];

  const someLineFailed = [...lines.values()].some((line) => line.verdict !== 'done');
  if (failed && named.size === 0 && !someLineFailed) {
    return answer.verdict === 'exists' ? codes.map(() => whole) : undefined;
  }
  // Beside a failure nothing is taken for done that is not said to be, whatever the code.
  const rest: ItemVerdict = { ...whole, verdict: failed ? 'not-said' : 'done' };
  return codes.map((code) => lines.get(code) ?? (failed && named.has(code) ? whole : rest));
}

/** Lines of `result` (or `data`) that carry a dossier code and a code of their own. */
function linesOf(answer: Answered): Map<string, ItemVerdict> {
  const lines = new Map<string, ItemVerdict>();
  const rows = answer.envelope.result ?? answer.envelope.data;
  if (!Array.isArray(rows)) return lines;
  for (const row of rows) {
    const read = readValue(row, itemReply);
    if (!read.ok) continue;
    const code = read.value.error_code ?? read.value.MaLoi;
    if (code === undefined) continue;
    const message = read.value.message ?? read.value.MoTaLoi ?? answer.message;
    const verdict = judge(code, message);
    const forOthers = verdict !== 'done' && blamesOthers(message);
    lines.set(read.value.MaHoSo, { verdict: forOthers ? 'not-said' : verdict, code: String(code), message });
  }
  return lines;
}

/** "Không thành công do lỗi của hồ sơ khác": refused with the batch and not for itself. */
function blamesOthers(message: string): boolean {
  return /(ho so|ban ghi|du lieu|item|record) khac|other (item|record|dossier)/.test(folded(message));
}

/** The codes that stand in a text as words of their own: `…-0001` is not named by `…-00012`. */
function namedIn(text: string, codes: readonly string[]): Set<string> {
  const haystack = text.normalize('NFC').toLowerCase();
  return new Set(
    codes.filter((code) => {
      const escaped = code
        .normalize('NFC')
        .toLowerCase()
        .replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
      return new RegExp(
        `(?<![\\p{L}\\p{N}_\\-/]|[\\p{L}\\p{N}]\\.)${escaped}(?![\\p{L}\\p{N}_/\\-]|[.:][\\p{L}\\p{N}])`,
        'u',
      ).test(haystack);
    }),
  );
}
