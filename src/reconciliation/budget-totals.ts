import { subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { budgetNarrative } from './sources/budget-narrative.ts';
import { fromVnd, wholeVnd } from './sources/decimal.ts';
import { textsOf } from './statement-texts.ts';

/** Entries that are looked through at once. */
const PAGE = 2_000;

/** Anything longer may be somebody’s number. */
const AGENCY = /^\d{1,7}$/;

/** What one office took under one chapter and sub-item, whole đồng. */
export interface BudgetTotal {
  readonly agency: string;
  readonly chapter: string;
  readonly subItem: string;
  readonly count: number;
  readonly amount: number;
}

/**
 * What came into the state budget by a treasury statement, by office, chapter and sub-item, as the narratives say. An
 * entry whose details do not come to its amount, or that has none, is `untold`. Undefined where there is no such file.
 */
export function createBudgetTotals(parts: Pick<RoomParts, 'engine' | 'vault'>) {
  const { engine } = parts;
  return async (statement: string) => {
    const [file] = await engine.all<{ subject: string; lines: number }>(
      sql(
        `select s.subject, s.lines from statement s where s.id = ?1 and s.state = 'taken' and s.format = 'treasury-rows'`,
        statement,
      ),
    );
    if (file === undefined) return undefined;
    const key = (await subjectKeys(engine, [file.subject])).get(file.subject);
    const totals = new Map<string, BudgetTotal>();
    const untold = { count: 0, amount: 0 };
    for (let after = 0; after < Number(file.lines); after += PAGE) {
      const rows = await engine.scan<{ number: number; amount: number }>(
        sql(
          `select l.number, l.amount from statement_line l where l.statement = ?1 and l.number > cast(?2 as bigint) and l.number <= cast(?3 as bigint)
              and l.direction = 'credit' and l.reversal = 0 and l.amount is not null order by l.number`,
          ...[statement, after, after + PAGE],
        ),
      );
      const texts = await textsOf(parts, statement, key, after + 1, after + PAGE);
      for (const row of rows) {
        const amount = Number(row.amount);
        const told = budgetNarrative(texts.get(Number(row.number))?.narrative ?? '');
        const details = told?.details ?? [];
        const agency = AGENCY.exec(told?.agency ?? '')?.[0] ?? '';
        if (details.reduce((sum, each) => sum + each.amount, 0n) !== fromVnd(amount) || details.length === 0) {
          untold.count += 1;
          untold.amount += amount;
          continue;
        }
        for (const { chapter, subItem, amount: part } of details) {
          const name = JSON.stringify([agency, chapter, subItem]);
          const before = totals.get(name);
          totals.set(name, {
            ...{ agency, chapter, subItem, count: (before?.count ?? 0) + 1 },
            amount: (before?.amount ?? 0) + (wholeVnd(part) ?? 0),
          });
        }
      }
    }
    return { items: [...totals].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, total]) => total), untold };
  };
}

export type BudgetTotalsOf = ReturnType<typeof createBudgetTotals>;
