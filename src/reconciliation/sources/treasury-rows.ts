import { z } from 'zod';
import { fromUtf8 } from '../../crypto/bytes.ts';
import { dayIn } from './dates.ts';
import { type Decimal, writtenAmount } from './decimal.ts';
import { sides } from './declared-columns.ts';
import { type LineTold, type ProblemTold, problemAt, type StatementReader, type Told } from './source.ts';
import { wholeFile } from './text-lines.ts';

/** JSON cannot be read piece by piece. */
const LONGEST_BYTES = 64 * 1024 * 1024;

/** A number, or text as a person writes one. */
const printed = z.union([z.number(), z.string()]);
const row = z.object({
  tranDate: z.string(),
  cr_dr: z.string(),
  tranAmt: printed,
  tranCCY: z.string().nullish(),
  narrative: z.string().nullish(),
  seqNo: z.union([z.string(), z.int()]).nullish(),
});
/** The rows’ own names are confirmed (WIRE-2.md 3.3a); that they stand under `rows`, with the account and the balances beside them, is assumed. */
const statement = z.object({
  account: z.string().nullish(),
  rows: z.array(z.unknown()),
  actualBal: printed.nullish(),
  collectAmt: printed.nullish(),
  spendAmt: printed.nullish(),
});

const WAYS: Readonly<Record<string, 'credit' | 'debit'>> = { C: 'credit', CR: 'credit', D: 'debit', DR: 'debit' };

/** The statement of an account at the treasury: what came into the state budget, with what it was for in the narrative. */
export const treasuryRows: StatementReader = {
  format: 'treasury-rows',
  recognises: ({ text }) => /^\uFEFF?\s*[[{]/.test(text) && /"(?:tranDate|collectAmt)"\s*:/.test(text),
  read: async function* read(file) {
    const bytes = await wholeFile(file, LONGEST_BYTES);
    yield bytes === undefined
      ? [problemAt(1, null, `is larger than ${LONGEST_BYTES / 1_048_576} MiB`)]
      : statementIn(bytes);
  },
};

function statementIn(bytes: Uint8Array): readonly Told[] {
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes).replace(/^\uFEFF/, ''));
  } catch {
    return [problemAt(1, null, 'is no JSON')];
  }
  const read = statement.safeParse(Array.isArray(value) ? { rows: value } : value);
  if (!read.success) return [problemAt(1, String(read.error.issues[0]?.path[0] ?? 'rows'), 'is not what it has to be')];
  const { rows, actualBal, collectAmt, spendAmt } = read.data;
  const problems: ProblemTold[] = [];
  const byCurrency = new Map<string, LineTold[]>();
  for (const [at, each] of rows.entries()) {
    const line = lineOf(each, at + 1);
    if ('problem' in line) problems.push(line.problem);
    else {
      const lines = byCurrency.get(line.currency);
      if (lines === undefined) byCurrency.set(line.currency, [line.told]);
      else lines.push(line.told);
    }
  }
  if (byCurrency.size === 0) byCurrency.set('VND', []);
  const account = read.data.account?.replace(/[^0-9A-Za-z]/g, '') || null;
  const last = Math.max(1, rows.length);
  const stated = (column: string, given: string | number | null | undefined): Decimal | null => {
    // Sums of several currencies are nobody’s.
    if (given == null || byCurrency.size > 1) return null;
    const amount = amountIn(given, [...byCurrency.keys()][0] ?? 'VND');
    if (amount === undefined) problems.push(problemAt(last, column, 'is no amount that can be read without doubt'));
    return amount === undefined ? null : amount.negative ? -amount.amount : amount.amount;
  };
  const sums = {
    ...{ closing: stated('actualBal', actualBal), credits: stated('collectAmt', collectAmt) },
    debits: stated('spendAmt', spendAmt),
  };
  const told = [...byCurrency].flatMap(([currency, lines]): Told[] => [
    { kind: 'account', row: lines[0]?.row ?? 1, account, currency, from: null, to: null, opening: null },
    ...lines,
    { kind: 'closing', row: lines.at(-1)?.row ?? 1, ...sums, lines: null },
  ]);
  return [...problems, ...told];
}

function lineOf(
  value: unknown,
  at: number,
): { readonly problem: ProblemTold } | { readonly currency: string; readonly told: LineTold } {
  const wrong = (column: string | null, message: string) => ({ problem: problemAt(at, column, message) });
  const read = row.safeParse(value);
  if (!read.success)
    return wrong(String(read.error.issues[0]?.path[0] ?? 'row'), 'is missing, or not what it has to be');
  const { tranDate, cr_dr, tranAmt, tranCCY, narrative, seqNo } = read.data;
  const currency = (tranCCY ?? '').trim().toUpperCase() || 'VND';
  if (!/^[A-Z]{3}$/.test(currency)) return wrong('tranCCY', 'is no currency');
  const day = dayIn(tranDate.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
  if (day === undefined || day === 'impossible' || day.rest !== '') return wrong('tranDate', 'is no day');
  const way = WAYS[cr_dr.trim().toUpperCase()];
  if (way === undefined) return wrong('cr_dr', 'says neither that money came nor that it went');
  const amount = amountIn(tranAmt, currency);
  const moved = amount && (way === 'credit' ? sides(amount, null) : sides(null, amount));
  if (moved === undefined) return wrong('tranAmt', 'is no amount that can be read without doubt');
  const document = seqNo == null ? '' : String(seqNo).trim();
  return {
    currency,
    told: {
      ...{ kind: 'line', row: at, date: day.day, valueDate: null, time: day.time, documentNumber: document || null },
      ...{ ...moved, balance: null, narrative: (narrative ?? '').replace(/\s+/g, ' ').trim(), fee: null, status: null },
    },
  };
}

/** A number that JSON cannot hold exactly is none. */
function amountIn(given: string | number, currency: string) {
  if (typeof given === 'number' && Math.abs(given) > Number.MAX_SAFE_INTEGER) return undefined;
  return writtenAmount(String(given), currency, typeof given === 'number' ? '.' : undefined) ?? undefined;
}
