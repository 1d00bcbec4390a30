import type { z } from 'zod';
import { addsUp, type TaxDue } from '../../../contracts/domain/tax.ts';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import type { askedObligation, obligationView, receiptView, slipView } from '../../../contracts/v1/tax.ts';
import { remainingOf } from '../judge-dues.ts';
import type { QuestionRow } from '../questions.ts';
import type { Due, Proof, Slip } from '../views.ts';

/** In place of a person whom nobody asked for by a purpose. */
const MASKED = '***';
const masked = (text: string | null | undefined, shown: boolean): string | null =>
  text == null ? null : shown ? text : MASKED;
const dong = (amount: number) => ({ amount, currency: 'VND' as const });
const dongOrNull = (amount: number | null) => (amount === null ? null : dong(amount));

export function obligationOf({ row, content }: Due, persons: boolean): z.input<typeof obligationView> {
  const { due, exempt, paid, proven } = row;
  return {
    ...{ id: row.id, dossierCode: row.dossier },
    taxCode: masked(content?.payer.taxCode, persons),
    payerName: masked(content?.payer.name, persons),
    decision: content?.decision ?? { number: null, date: null },
    ...{ kind: row.kind, name: content?.name ?? null, chapter: row.chapter, subItem: row.sub_item },
    treasury: { code: row.treasury_code, account: row.treasury_account },
    ...{ due: dong(due), exempt: dong(exempt), paid: dong(Math.max(paid, proven)) },
    remaining: dong(remainingOf({ due, exempt, paid, proven })),
    ...{ dueDate: row.due_date, state: row.state, finding: row.finding, notice: row.notice },
    toldAt: vietnamTime(row.told_at),
  };
}

/** A due as they answer it now, of which nothing is kept. */
export const askedOf = (due: TaxDue): z.input<typeof askedObligation> => ({
  ...{ dossierCode: due.dossierCode, taxCode: due.payer.taxCode, payerName: due.payer.name, decision: due.decision },
  ...{ kind: due.kind, name: due.name, chapter: due.chapter, subItem: due.subItem, treasury: due.treasury },
  ...{ due: dong(due.dueVnd), exempt: dong(due.exemptVnd), paid: dong(due.paidVnd), remaining: dong(due.remainingVnd) },
  ...{ dueDate: due.dueDate, finding: addsUp(due) ? null : 'does-not-add-up' },
});

export const receiptOf = ({ row, content }: Proof): z.input<typeof receiptView> => ({
  ...{ id: row.id, noticeNumber: content?.noticeNumber ?? null, amount: dong(row.amount), paidAt: row.said_at },
  ...{ paid: row.payment !== null, payment: row.payment, url: content?.documentUrl ?? null, document: row.document },
});

export function slipOf({ row, questions, dues }: Slip): z.input<typeof slipView> {
  return {
    ...{ id: row.id, dossierCode: row.dossier, exchange: row.exchange, state: row.state, cause: row.code },
    ...{ deferDebt: row.defer_debt === 1, createdAt: vietnamTime(row.created_at) },
    questions: questions.map((each) => ({
      ...{ question: each.question, state: each.state, exchange: each.exchange, cause: each.code },
      ...{ askedAt: vietnamTime(each.asked_at), answeredAt: vietnamTimeOrNull(each.answered_at) },
      ...{ due: dongOrNull(each.total_due), remaining: dongOrNull(each.total_remaining), signature: each.signature },
    })),
    sumsAgree: sumsAgree(questions),
    obligations: dues.map((due) => obligationOf(due, false)),
  };
}

/** The notice's dues and the obligation's sum are two answers about the same money. */
function sumsAgree(questions: readonly QuestionRow[]): boolean | null {
  const answered = (which: QuestionRow['question']) =>
    questions.find(({ question, state }) => question === which && state === 'answered');
  const [notice, sum] = [answered('notice'), answered('obligation')];
  if (notice === undefined || sum === undefined) return null;
  return notice.total_due === sum.total_due && notice.total_remaining === sum.total_remaining;
}
