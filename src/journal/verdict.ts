import type { Restored } from './anchor.ts';
import type { Head } from './line.ts';

/** What can be wrong with a journal. */
export type Problem = 'changed' | 'removed' | 'inserted' | 'cut-off' | 'bad-seal' | 'broken-continuity';

/** The first thing that is wrong: `position` in the sealed order, `line` the id of a line that still stands. */
export interface Fault {
  readonly ok: false;
  readonly problem: Problem;
  readonly position?: number;
  readonly line?: string;
  readonly detail: string;
}
export interface Sound {
  readonly ok: true;
  /** Lines looked at, the unsealed ones included. */
  readonly lines: number;
  readonly unsealed: number;
  readonly seals: number;
  readonly head: Head | undefined;
  /** Restores from a backup that the anchors tell of: heads given up knowingly, for an auditor to judge. */
  readonly restores: readonly Restored[];
  /** Lines whose time lies before that of the line ahead of them, for an auditor to judge: no fault by itself. */
  readonly backwards: Backwards;
}
/**
 * A clock that was set back leaves such a line, and so does whoever gives a line an older time before it is sealed: the
 * order is proved, the time is the gateway's word.
 */
export interface Backwards {
  readonly count: number;
  /** The first of them, at most five. */
  readonly first: readonly { readonly line: string; readonly position?: number; readonly byMs: number }[];
}
export type Verdict = Sound | Fault;

/** How a person is told, Vietnamese first. */
export const PROBLEM_TEXTS: Record<Problem, { readonly vi: string; readonly en: string }> = {
  changed: { vi: 'Một dòng đã bị sửa', en: 'A line was changed' },
  removed: { vi: 'Một dòng đã bị xoá', en: 'A line was removed' },
  inserted: { vi: 'Một dòng đã bị chèn thêm', en: 'A line was inserted' },
  'cut-off': { vi: 'Phần cuối nhật ký đã bị cắt bỏ', en: 'The end of the journal was cut off' },
  'bad-seal': { vi: 'Một niêm phong không hợp lệ', en: 'A seal does not hold' },
  'broken-continuity': {
    vi: 'Chuỗi trạng thái bị đứt đoạn',
    en: 'The states of a reference do not follow one another',
  },
};

export const fault = (problem: Problem, detail: string, where: { position?: number; line?: string } = {}): Fault => ({
  ok: false,
  problem,
  ...where,
  detail,
});
