import { type Decimal, writtenAmount } from './decimal.ts';

/** One part of what was paid into the state budget. */
export interface BudgetDetail {
  /** What it is for (NDG): a notice’s number often stands there. */
  readonly description: string;
  /** MCH. */
  readonly chapter: string;
  /** NDK. */
  readonly subItem: string;
  /** STN, đồng. */
  readonly amount: Decimal;
}

export interface BudgetNarrative {
  /** MST. */
  readonly taxCode: string;
  /** CQT: the tax office. */
  readonly agency: string;
  /** LTH: the kind of tax. */
  readonly kind: string;
  readonly details: readonly BudgetDetail[];
}

/**
 * The remittance text of state-budget revenue, `(NSNN!MST!CQT!LTH!…` with details `(NDG/MCH/NDK/STN)` (WIRE.md 3.3);
 * undefined where it is another text. Details are read from their end, because a description has strokes of its own.
 * Whether the head is closed before the details is not published: either is read. What a kind has besides (vehicle,
 * customs, fine) is left out.
 */
export function budgetNarrative(text: string): BudgetNarrative | undefined {
  const [, head] = /\(\s*NSNN\s*!([^()]*)/i.exec(text) ?? [];
  if (head === undefined) return undefined;
  const [taxCode = '', agency = '', kind = ''] = head.split('!').map((each) => each.trim());
  const details: BudgetDetail[] = [];
  for (const [, inner = ''] of text.matchAll(/\(([^()]*)\)/g)) {
    const cells = inner.split('/').map((each) => each.trim());
    const [chapter = '', subItem = '', printed = ''] = cells.slice(-3);
    const amount = writtenAmount(printed, 'VND');
    if (cells.length < 4 || !/^\d{3}$/.test(chapter) || !/^\d{4}$/.test(subItem)) continue;
    if (amount == null || amount.negative) continue;
    details.push({ description: cells.slice(0, -3).join('/'), chapter, subItem, amount: amount.amount });
  }
  return { taxCode, agency, kind, details };
}
