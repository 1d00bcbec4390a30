import type { StatementFormat } from '../../contracts/domain/statement.ts';
import { vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import type { RoomParts } from '../room.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { decimalText } from './sources/decimal.ts';
import type { AccountUnderstood } from './sources/understand.ts';
import type { StatementRow } from './statement-rows.ts';
import type { TakenIn } from './take-in.ts';

/** One account of a file, its amounts as texts in its currency. */
interface AccountSums {
  readonly account: string;
  readonly currency: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly opening: string | null;
  readonly closing: string | null;
  readonly credits: string;
  readonly debits: string;
  readonly lines: number;
}

const understoodSums = (account: AccountUnderstood): AccountSums => {
  const text = (amount: bigint | null) => (amount === null ? null : decimalText(amount, account.currency));
  return {
    ...account,
    ...{ opening: text(account.opening), closing: text(account.closing) },
    ...{ credits: text(account.credits) ?? '0', debits: text(account.debits) ?? '0' },
  };
};

const moneyOf = (amount: string, currency: string) =>
  currency === 'VND' ? { amount: Number(amount), currency: 'VND' as const } : { amount, currency };
const moneyOrNull = (amount: string | null, currency: string) => (amount === null ? null : moneyOf(amount, currency));

const accountView = ({ account, currency, from, to, opening, closing, credits, debits, lines }: AccountSums) => ({
  ...{ account, lines, from, to },
  ...{ opening: moneyOrNull(opening, currency), closing: moneyOrNull(closing, currency) },
  ...{ credits: moneyOf(credits, currency), debits: moneyOf(debits, currency) },
});

/** What the whole file comes to: sums over its accounts in đồng, or in the one currency that it has. */
function wholeOf(accounts: readonly AccountSums[]) {
  const currencies = new Set(accounts.map(({ currency }) => currency));
  const currency = currencies.size === 1 ? ([...currencies][0] ?? 'VND') : 'VND';
  const counted = accounts.filter((each) => each.currency === currency);
  const days = (which: 'from' | 'to') => counted.flatMap((each) => each[which] ?? []).sort();
  const sum = (which: 'opening' | 'closing' | 'credits' | 'debits'): string | null => {
    let whole = 0n;
    let decimals = 0;
    for (const each of counted) {
      const text = each[which];
      if (text === null) return null;
      const [integer = '0', fraction = ''] = text.split('.');
      decimals = fraction.length;
      whole += BigInt(integer + fraction);
    }
    if (decimals === 0) return String(whole);
    const digits = String(whole < 0n ? -whole : whole).padStart(decimals + 1, '0');
    return `${whole < 0n ? '-' : ''}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  };
  return {
    ...{ account: accounts.length === 1 ? (accounts[0]?.account ?? null) : null },
    ...{ from: days('from')[0] ?? null, to: days('to').at(-1) ?? null },
    lines: accounts.reduce((count, { lines }) => count + lines, 0),
    ...{ opening: moneyOrNull(sum('opening'), currency), closing: moneyOrNull(sum('closing'), currency) },
    ...{ credits: moneyOf(sum('credits') ?? '0', currency), debits: moneyOf(sum('debits') ?? '0', currency) },
  };
}

export function takenView(taken: TakenIn, takenAt: number | null) {
  const accounts = taken.understanding.accounts.map(understoodSums);
  return {
    ...{ id: taken.id, source: taken.source, format: taken.format, digest: taken.digest },
    ...wholeOf(accounts),
    accounts: accounts.map(accountView),
    ...{ newLines: taken.fresh, takenAt: vietnamTimeOrNull(takenAt), problems: [] },
  };
}

const COLUMNS = 's.id, s.subject, s.source, s.format, s.digest, s.lines, s.fresh, s.taken_at, s.taken_by';

const statementsBefore = (before: string | undefined, limit: number): Statement =>
  sql(
    `select ${COLUMNS} from statement s where s.state = 'taken' and (cast(?1 as text) is null or s.id < ?1) order by s.id desc limit cast(?2 as bigint)`,
    ...[before ?? null, limit],
  );
const statementById = (id: string): Statement =>
  sql(`select ${COLUMNS} from statement s where s.state = 'taken' and s.id = ?1`, id);

interface AccountRow extends Omit<AccountSums, 'from' | 'to'> {
  readonly statement: string;
  readonly from_day: string | null;
  readonly to_day: string | null;
}

async function viewsOf(engine: Pick<RoomParts['engine'], 'all'>, rows: readonly StatementRow[]) {
  if (rows.length === 0) return [];
  const accounts = await engine.all<AccountRow>(
    sql(
      `select a.statement, a.account, a.currency, a.from_day, a.to_day, a.opening, a.closing, a.credits, a.debits, a.lines
         from json_each(?1) v join statement_account a on a.statement = v.value->>'id' order by a.statement, a.place`,
      commands(rows.map(({ id }) => ({ id }))),
    ),
  );
  const byStatement = Map.groupBy(accounts, ({ statement }) => statement);
  return rows.map((row) => {
    const sums = (byStatement.get(row.id) ?? []).map((each) => ({ ...each, from: each.from_day, to: each.to_day }));
    return {
      ...{ id: row.id, source: row.source, format: row.format as StatementFormat, digest: row.digest },
      ...wholeOf(sums),
      accounts: sums.map(accountView),
      ...{ newLines: Number(row.fresh), takenAt: vietnamTimeOrNull(row.taken_at), problems: [] },
    };
  });
}

export type StatementViews = ReturnType<typeof createStatementViews>;

/** Files that were taken in, as they are shown. */
export function createStatementViews({ engine }: Pick<RoomParts, 'engine'>) {
  return {
    /** The newest first; one more than `limit`, where there is one. */
    list: async (before: string | undefined, limit: number) =>
      viewsOf(engine, await engine.all<StatementRow>(statementsBefore(before, limit + 1))),
    one: async (id: string) => (await viewsOf(engine, await engine.all<StatementRow>(statementById(id))))[0],
  };
}
