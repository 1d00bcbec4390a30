import { type ControlHandlers, parsedBody } from '../kit/control.ts';
import { type Account, type AccountRow, accountTotals } from './bank.ts';
import { type CreditNotice, creditNotices, inventedCredit } from './credit-notices.ts';
import type { GatewayState } from './state.ts';
import type { CreditPlan, Transfer } from './transfers.ts';

interface Told {
  readonly notice?: CreditPlan;
  /** False answers without waiting for the notices. */
  readonly wait?: boolean;
}
type TransferBody = Told & (Transfer | { readonly transfers: readonly Transfer[] });
interface CreditBody extends CreditPlan {
  /** Which rows are told again; without them, and without `invented`, those that were kept back are let go. */
  readonly referenceCodes?: readonly string[];
  readonly channels?: number;
  /** A notice of money that never moved. */
  readonly invented?: Partial<CreditNotice>;
}

/** The bank's part of the control API: accounts, transfers, and what is told of them. */
export function bankControls(state: GatewayState): ControlHandlers {
  const { bank, credits } = state;
  const shown = (account: Account) => ({ ...account, totals: accountTotals(account) });
  const rowsOf = (codes: readonly string[]): AccountRow[] =>
    codes.map((code) => {
      const row = bank.all().flatMap(({ rows }) => rows.filter(({ referenceCode }) => referenceCode === code))[0];
      if (row === undefined) throw new TypeError(`no such row: ${code}`);
      return row;
    });
  return {
    'POST transfers': async (request) => {
      const { notice, wait, ...body } = parsedBody<TransferBody>(request);
      const { rows, told } = state.transfer('transfers' in body ? body.transfers : [body], notice);
      const notices = wait === false ? undefined : await told;
      return { rows, notices };
    },
    'GET accounts': ({ path }) => {
      if (path[1] === undefined) return { accounts: bank.all().map(shown) };
      const account = bank.get(path[1]);
      return account && shown(account);
    },
    'POST credits': async (request) => {
      const { referenceCodes, channels = 1, invented, ...plan } = parsedBody<CreditBody>(request);
      if (referenceCodes === undefined && invented === undefined) return { notices: await credits.release(plan) };
      const letters = rowsOf(referenceCodes ?? []).flatMap((row) => creditNotices(state, row, channels, plan));
      if (invented !== undefined) letters.push(inventedCredit(state, invented, plan));
      return { notices: await state.tellCredits(letters, plan) };
    },
    'GET credits': () => ({ counts: credits.counts, notices: credits.told }),
  };
}
