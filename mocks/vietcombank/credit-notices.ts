import type { AccountRow, Bank } from './bank.ts';
import { creditSignature } from './seals.ts';
import type { VietcombankSettings } from './settings.ts';
import type { Letter } from './teller.ts';
import { localTime } from './times.ts';
import type { CreditPlan } from './transfers.ts';

/** The aggregator's notice (WIRE.md 6.3). */
export interface CreditNotice {
  readonly id: number;
  readonly gateway: string;
  readonly transactionDate: string;
  readonly accountNumber: string;
  readonly subAccount: string | null;
  readonly code: string | null;
  readonly content: string;
  readonly transferType: 'in' | 'out';
  readonly transferAmount: number;
  readonly accumulated: number;
  readonly referenceCode: string;
  readonly description: string;
}

/** What a notice is written from, and where its ids are counted. */
interface Desk {
  readonly settings: VietcombankSettings;
  readonly bank: Bank;
  readonly counters: { creditIds: number };
}

/** `channel` counts from 0; every second one tells the purpose alone where the others tell the narrative. */
function noticeOf(row: AccountRow, id: number, channel: number): CreditNotice {
  return {
    id,
    gateway: 'Vietcombank',
    transactionDate: localTime(row.at),
    accountNumber: row.accountNumber,
    subAccount: null,
    code: null,
    content: channel % 2 === 0 ? row.narrative : row.purpose,
    transferType: row.direction,
    transferAmount: row.amountVnd,
    accumulated: row.balanceVnd,
    referenceCode: row.referenceCode,
    description: row.narrative,
  };
}

function signed({ settings }: Desk, about: string, notice: object, plan: CreditPlan, stands: () => boolean) {
  const body = JSON.stringify({ ...notice, ...plan.fields });
  const secret = plan.forged ? `not ${settings.creditSecret}` : settings.creditSecret;
  const signature = plan.unsigned ? {} : { 'x-signature': creditSignature(body, secret) };
  const headers = { 'content-type': 'application/json', ...signature };
  return { about, url: settings.creditUrl, method: 'POST', headers, body, stands } satisfies Letter;
}

/** One notice of a row for each channel, each under an id of its own. */
export function creditNotices(state: Desk, row: AccountRow, channels: number, plan: CreditPlan): Letter[] {
  return Array.from({ length: channels }, (_, channel) => {
    state.counters.creditIds += 1;
    const notice = noticeOf(row, state.counters.creditIds, channel);
    return signed(state, row.referenceCode, notice, plan, () => state.bank.holds(row));
  });
}

/** A notice of money that never moved. */
export const inventedCredit = (state: Desk, notice: Partial<CreditNotice>, plan: CreditPlan): Letter =>
  signed(state, String(notice.referenceCode ?? ''), notice, plan, () => true);

/** Taken by `{"success": true}` alone. */
export function isSuccess(body: string): boolean {
  try {
    return (JSON.parse(body) as { success?: unknown } | null)?.success === true;
  } catch {
    return false;
  }
}
