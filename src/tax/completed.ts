import type { TaxDue } from '../../contracts/domain/tax.ts';
import type { DueContent } from './contents.ts';
import type { DueRow } from './statements.ts';

/**
 * A due of the portal's notice, which tells an amount and no more, by what was told of it before: where the amount is the
 * one that was due, or the one that was left, nothing changed; else the amount is another, and what the notice does not
 * tell stays.
 */
export function completed(told: TaxDue, before: DueRow, content: DueContent | null | undefined): TaxDue {
  const { payer, decision, name, certificateNumber } = told;
  const amount = told.dueVnd;
  const isKnown = amount === before.due || amount === before.remaining || amount === before.due - before.exempt;
  return {
    ...told,
    ...(isKnown
      ? {
          ...{ dueVnd: before.due, exemptVnd: before.exempt, paidVnd: before.paid },
          remainingVnd: before.remaining,
        }
      : {}),
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
