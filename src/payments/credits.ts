import type { CreditNotice } from '../../contracts/domain/payment.ts';
import { referencesIn } from '../../contracts/domain/payment-reference.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { journalLine } from '../chronicle/journal-line.ts';
import { openJson, subjectKeys } from '../crypto/subject-keys.ts';
import { newId } from '../platform.ts';
import type { InboundHandler, RoomParts } from '../room.ts';
import type { ChangePayments } from './change.ts';
import { channelNamed } from './channel.ts';
import { clearId, clearTime } from './clear-words.ts';
import { CONTENT, type PaymentContent } from './open.ts';
import { saidDay } from './said-day.ts';
import { type FactRow, factsOf, type PaymentRow, paymentsBy } from './statements.ts';

const DAY_MS = 86_400_000;
/** A notice and a statement tell one credit within so many days: three working days and a week's end. */
export const SAME_CREDIT_DAYS = 5;
const isSameCredit = ({ source, amount, day }: FactRow, amountVnd: number, told: string): boolean =>
  source === 'statement' &&
  amount === amountVnd &&
  Math.abs(Date.parse(day ?? told) - Date.parse(told)) <= SAME_CREDIT_DAYS * DAY_MS;

/**
 * A credit that the bank announced. It pays the one payment whose reference its text names, where that is a transfer to
 * this account; what is paid by another way than the one it was opened for is for a person to look at. Two channels may
 * announce one credit: it is one fact by account, bank's reference, amount and day.
 */
export const creditOf =
  (parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>, change: ChangePayments): InboundHandler =>
  async (message, token) => {
    const notice = message.data as CreditNotice;
    const noted = (what: string) => [
      journalLine({
        ...{ id: `${message.id}:${newId(parts.platform, 't')}`, ref: `inbound:${message.id}` },
        ...{ to: what, actor: `system:${message.system}` },
      }),
    ];
    if (notice.direction !== 'in') return noted('a debit, left to reconciliation');
    const named = await parts.engine.all<PaymentRow>(paymentsBy('reference', referencesIn(notice.content)));
    const [row] = named;
    if (row === undefined) return noted('names no payment of ours');
    if (named.length > 1) return noted('names several payments: left to reconciliation');
    const keys = await subjectKeys(parts.engine, [row.subject]);
    const kept = await openJson<PaymentContent>(parts.vault, keys.get(row.subject), CONTENT, row.id, row.content);
    const expected =
      channelNamed(row.channel).system === null && kept?.order.beneficiary.accountNumber === notice.account;
    // What was paid by another way and settled on an account is no second money: reconciliation ties the two.
    if (channelNamed(row.channel).system !== null && row.net >= notice.amountVnd)
      return noted('names a payment that is paid by another way: left to reconciliation');
    // The statement was read first: its line is this credit, and another one will have a line of its own.
    const facts = await parts.engine.all<FactRow>(factsOf([row.id]));
    const told = saidDay(await clearTime(parts.vault, notice.at)) ?? vietnamTime(parts.platform.wall()).slice(0, 10);
    if (facts.some((fact) => isSameCredit(fact, notice.amountVnd, told))) return noted('told by a statement before');
    const transaction = await clearId(parts.vault, notice.bankReference);
    const at = await clearTime(parts.vault, notice.at);
    const day = at === notice.at ? at.slice(0, 10) : at;
    const changed = await change(
      [
        {
          ...{ reference: row.reference, row: message.id },
          facts: [
            {
              id: newId(parts.platform, 'fact'),
              key: `account:${notice.account}:${transaction}:${notice.amountVnd}:${day}:in:${row.reference}`,
              ...{ kind: expected ? 'paid' : 'under-review', amount: notice.amountVnd, currency: 'VND' },
              ...{ transaction, at, source: 'notice', attested: 0, replaces: [] },
              code: null,
            },
          ],
        },
      ],
      { only: { table: 'inbound', column: 'id' }, actor: `system:${message.system}` },
    );
    return { statements: changed.statements(token), judgedBy: [...changed.judgedBy.values()].flat() };
  };
