import type { TaxDue } from '../../contracts/domain/tax.ts';
import type { DueContent } from './contents.ts';
import { remainingOf } from './judge-dues.ts';
import type { DueRow } from './statements.ts';

/**
 * A due of the portal's notice, which tells an amount and no more, by what was told of it before. Where the amount is the
 * one that was due, or what was left of it at any time, nothing changed; else it is what has to be paid besides what is exempt, and
 * what the notice does not tell (what was exempt and paid, when it is due, where it goes) stays.
 */
export function completed(told: TaxDue, before: DueRow, content: DueContent | null | undefined): TaxDue {
  const { payer, decision, name, certificateNumber } = told;
  const amount = told.dueVnd;
  const amounts = isKnown(amount, before)
    ? { dueVnd: before.due, remainingVnd: before.remaining }
    : { dueVnd: amount + before.exempt, remainingVnd: Math.max(0, amount - before.paid) };
  return {
    ...told,
    ...{ ...amounts, exemptVnd: before.exempt, paidVnd: before.paid },
    chapter: told.chapter ?? before.chapter,
    subItem: told.subItem ?? before.sub_item,
    treasury: {
      code: told.treasury.code ?? before.treasury_code,
      account: told.treasury.account ?? before.treasury_account,
    },
    dueDate: told.dueDate ?? before.due_date,
    payer: {
      name: payer.name ?? content?.payer.name ?? null,
      taxCode: payer.taxCode ?? content?.payer.taxCode ?? null,
      identityNumber: payer.identityNumber ?? content?.payer.identityNumber ?? null,
      address: payer.address ?? content?.payer.address ?? null,
    },
    decision: { number: decision.number, date: decision.date ?? content?.decision.date ?? null },
    name: name ?? content?.name ?? null,
    certificateNumber: certificateNumber ?? content?.certificateNumber ?? null,
  };
}

/** Of what was due: all of it, without what is exempt, or what was left by their word or by what was proven. */
const isKnown = (amount: number, before: DueRow): boolean =>
  [before.due, before.due - before.exempt, before.remaining, remainingOf(before)].includes(amount);

/**
 * Which held due each told one is, one to one: where a notice has several of one kind, that of the same sub-item or name,
 * else that at the same place; where that leaves a doubt, none.
 */
export function pairs(
  told: readonly TaxDue[],
  held: readonly DueRow[],
  nameOf: (row: DueRow) => string | null | undefined,
): readonly (DueRow | undefined)[] {
  const left = new Set(held);
  const take = (row: DueRow | undefined): DueRow | undefined => {
    if (row !== undefined) left.delete(row);
    return row;
  };
  return told.map((due, place) => {
    const alike = [...left].filter(({ kind }) => kind === due.kind);
    if (alike.length <= 1 && told.filter(({ kind }) => kind === due.kind).length === 1) return take(alike[0]);
    const named = alike.filter(
      (row) =>
        (due.subItem !== null && row.sub_item === due.subItem) || (due.name !== null && nameOf(row) === due.name),
    );
    if (named.length === 1) return take(named[0]);
    const there = alike.find((row) => row.place === place);
    return there !== undefined && told.length === held.length ? take(there) : undefined;
  });
}
