import { describe, expect, it } from 'vitest';
import type { TaxDue } from '../../contracts/domain/tax.ts';
import { completed, pairs } from './completed.ts';
import type { DueRow } from './statements.ts';

const row = (more: Partial<DueRow> = {}): DueRow => ({
  ...{ id: 'due_1', dossier: 'H', decision: 'TB-1', place: 0, kind: 'land-use', chapter: '757', sub_item: '1401' },
  ...{ treasury_code: '0011', treasury_account: '7111', due: 10, exempt: 2, paid: 3, remaining: 5, proven: 0 },
  ...{ deferred: 0, due_date: '2026-12-30', state: 'open', finding: null, notice: 'ask_1', told_at: 1 },
  ...{ content: '', said: '', subject: 's' },
  ...more,
});
const told = (dueVnd: number, more: Partial<TaxDue> = {}): TaxDue => ({
  ...{ dossierCode: 'H', certificateNumber: null, name: null, chapter: null, subItem: null, dueDate: null },
  payer: { name: null, taxCode: null, identityNumber: null, address: null },
  decision: { number: 'TB-1', date: null },
  ...{ kind: 'land-use', treasury: { code: null, account: null } },
  ...{ dueVnd, exemptVnd: 0, paidVnd: 0, remainingVnd: dueVnd },
  ...more,
});
const amounts = ({ dueVnd, exemptVnd, paidVnd, remainingVnd }: TaxDue) => [dueVnd, exemptVnd, paidVnd, remainingVnd];

describe('a due of the portal by what was told before', () => {
  it.each([
    ['all of it', 10, {}],
    ['what is not exempt', 8, {}],
    ['what was left by their word', 5, {}],
    ['what was left by what was proven', 1, { proven: 7 }],
    ['nothing, once all was proven', 0, { proven: 8 }],
  ])('%s is the same due', (_what, amount, more) => {
    expect(amounts(completed(told(amount), row(more), null))).toEqual([10, 2, 3, 5]);
  });

  it('another amount is what is to be paid besides what is exempt; what the notice does not tell stays', () => {
    const due = completed(told(12), row(), null);
    expect(amounts(due)).toEqual([14, 2, 3, 9]);
    expect(due).toMatchObject({ subItem: '1401', dueDate: '2026-12-30', treasury: { code: '0011', account: '7111' } });
  });
});

describe('which due is which, where a notice has several of one kind', () => {
  const held = [row(), row({ id: 'due_2', place: 1, sub_item: '1411', due: 7, exempt: 0, paid: 5, remaining: 2 })];
  const named = (dues: readonly TaxDue[], rows: readonly DueRow[] = held, name?: string) =>
    pairs(dues, rows, () => name).map((one) => one?.id);

  it('of the same sub-item, else at the same place, each once', () => {
    expect(named([told(1, { subItem: '1411' }), told(2, { subItem: '1401' })])).toEqual(['due_2', 'due_1']);
    expect(named([told(6), told(6)])).toEqual(['due_1', 'due_2']);
  });

  it('none where nobody can tell', () => {
    expect(named([told(6), told(6), told(6)])).toEqual([undefined, undefined, undefined]);
    expect(named([told(6, { kind: 'other' })])).toEqual([undefined]);
  });

  it('the only one of its kind is it, wherever it stands', () => {
    const other = row({ id: 'due_3', kind: 'registration-fee', place: 4 });
    expect(named([told(6, { kind: 'registration-fee' })], [...held, other])).toEqual(['due_3']);
  });
});
