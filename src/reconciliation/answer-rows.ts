import type { BreakKind } from '../../contracts/domain/reconciliation.ts';
import { type Statement, sql } from '../store/engine.ts';

export const ANSWERED_SOURCE = 'payment-platform';

/** Results of rows. That every row has one is published, which there are is not (WIRE-2.md 2.6): assumed. */
const RESULTS = {
  /** Matched or tolerated. */
  agrees: '00',
  'missing-here': '01',
  'amount-differs': '02',
  'other-break': '03',
  'not-compared': '04',
  /** A later round says another status of it. */
  'said-again': '05',
} as const;

const MISSING: ReadonlySet<BreakKind> = new Set<BreakKind>(['missing-ours', 'unallocated', 'identity']);

export interface AnswerRow {
  readonly number: number;
  readonly day: string;
  readonly time: string | null;
  readonly currency: string;
  readonly amount: number | null;
  readonly other_amount: string | null;
  readonly fee: number | null;
  readonly document: string | null;
  readonly reference: string | null;
  readonly reversal: number;
  readonly status: string | null;
  /** The rule of its pair. */
  readonly rule: string | null;
  /** How it does not agree. */
  readonly broken: BreakKind | null;
}

/** Rows of one file with what became of each, where it counts: an entry that an earlier round has too, in that one. */
export const answerRows = (statement: string, after: number, to: number): Statement =>
  sql(
    `select l.number, l.day, l.time, l.currency, l.amount, l.other_amount, l.fee, l.document, l.reference, l.reversal, l.status,
            (select min(t.rule) from reconciliation_tie t where t.statement = o.statement and t.number = o.number and t.status <> 'proposed') as rule,
            (select b.kind from reconciliation_break b where b.item = 'line:' || o.statement || ':' || o.number and b.state <> 'cleared') as broken
       from statement_line l left join statement_line o on o.identity = l.identity and o.twin = l.twin and o.repeats = 0
        and (o.statement = l.statement or (l.repeats = 1 and exists (select 1 from statement s where s.id = o.statement and s.state = 'taken')))
      where l.statement = ?1 and l.number > cast(?2 as bigint) and l.number <= cast(?3 as bigint) order by l.number`,
    ...[statement, after, to],
  );

export function resultOf({ rule, broken }: Pick<AnswerRow, 'rule' | 'broken'>): string {
  if (rule === 'later-round') return RESULTS['said-again'];
  if (rule !== null) return RESULTS.agrees;
  if (broken === null) return RESULTS['not-compared'];
  if (MISSING.has(broken)) return RESULTS['missing-here'];
  return broken === 'amount' ? RESULTS['amount-differs'] : RESULTS['other-break'];
}
