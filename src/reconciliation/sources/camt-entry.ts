import type { Direction } from '../../../contracts/domain/statement.ts';
import { all, amountOf, dayAt, directionAt, one, textAt } from './camt-values.ts';
import type { Element } from './camt-xml.ts';
import type { Decimal } from './decimal.ts';
import { type LineTold, type ProblemTold, problemAt } from './source.ts';

/** Not money that moved: announced, for information, to come. */
const NOT_BOOKED = new Set(['PDNG', 'INFO', 'FUTR']);
/** Transactions whose words stand in one line where they cannot be told apart. */
const MOST_WORDS = 200;

/** Lines of one `Ntry`: one, or one for each of its transactions; none where it is not booked; or what is wrong with it. */
export function entryLines(entry: Element, currency: string): readonly (LineTold | ProblemTold)[] {
  const wrong = (column: string, message: string) => [problemAt(entry.row, column, message)];
  const status = textAt(entry, 'Sts', 'Cd') ?? textAt(entry, 'Sts') ?? 'BOOK';
  if (NOT_BOOKED.has(status)) return [];
  if (status !== 'BOOK') return wrong('Ntry/Sts', 'is none of BOOK, PDNG, INFO and FUTR');
  const amount = amountOf(one(entry, 'Amt'));
  if (amount === undefined) return wrong('Ntry/Amt', 'is no amount');
  if (one(entry, 'Amt')?.currency?.trim() !== currency) return wrong('Ntry/Amt', "is not in the account's currency");
  const direction = directionAt(entry);
  if (direction === undefined) return wrong('Ntry/CdtDbtInd', 'is neither CRDT nor DBIT');
  const booked = dayAt(one(entry, 'BookgDt'));
  if (booked === undefined) return wrong('Ntry/BookgDt', 'is no date');
  const value = dayAt(one(entry, 'ValDt'));
  if (value === undefined) return wrong('Ntry/ValDt', 'is no date');
  const day = booked ?? value;
  if (day === null) return wrong('Ntry/BookgDt', 'is missing, and the value date too');
  const reversal = textAt(entry, 'RvslInd') ?? 'false';
  if (!/^(?:true|false|1|0)$/.test(reversal)) return wrong('Ntry/RvslInd', 'is neither true nor false');

  const details = [...all(entry, 'NtryDtls', 'TxDtls'), ...all(entry, 'TxDtls')];
  const told = {
    kind: 'line',
    row: entry.row,
    ...{ date: day.day, valueDate: value?.day ?? null, time: booked?.time ?? null },
    ...{ reversal: reversal === 'true' || reversal === '1', balance: null, fee: null, status: null },
  } as const;
  const ofEntry = textAt(entry, 'AcctSvcrRef');
  const reference = textAt(entry, 'NtryRef') ?? null;
  const parts = transactions(details, { amount, direction, currency });
  if (parts.length > 1)
    return parts.map((part) => ({
      ...told,
      row: part.details.row,
      direction: part.direction,
      amount: part.amount,
      documentNumber: textAt(part.details, 'Refs', 'AcctSvcrRef') ?? ofEntry ?? reference,
      narrative: narrativeOf(entry, [part.details]),
    }));
  const ofOne = details.length === 1 ? textAt(details[0], 'Refs', 'AcctSvcrRef') : undefined;
  const documentNumber = ofEntry ?? ofOne ?? reference;
  return [{ ...told, direction, amount, documentNumber, narrative: narrativeOf(entry, details.slice(0, MOST_WORDS)) }];
}

interface Transaction {
  readonly details: Element;
  readonly amount: Decimal;
  readonly direction: Direction;
}

/** Transactions that each have an amount and together make the entry's; empty where they do not. */
function transactions(
  details: readonly Element[],
  entry: { readonly amount: Decimal; readonly direction: Direction; readonly currency: string },
): readonly Transaction[] {
  const parts: Transaction[] = [];
  let sum = 0n;
  for (const each of details) {
    const told = one(each, 'Amt') ?? one(each, 'AmtDtls', 'TxAmt', 'Amt');
    const amount = amountOf(told);
    const direction = textAt(each, 'CdtDbtInd') === undefined ? entry.direction : directionAt(each);
    if (amount === undefined || direction === undefined || told?.currency?.trim() !== entry.currency) return [];
    sum += direction === entry.direction ? amount : -amount;
    parts.push({ details: each, amount, direction });
  }
  return sum === entry.amount ? parts : [];
}

/** Remittance, end-to-end id, further words of the bank, each once. */
function narrativeOf(entry: Element, details: readonly Element[]): string {
  const of = (...path: readonly string[]) => details.flatMap((each) => all(each, ...path));
  const words = [
    ...details.flatMap((each) => [
      ...all(each, 'RmtInf', 'Ustrd'),
      ...all(each, 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref'),
      ...all(each, 'RmtInf', 'Strd', 'CdtrRefInf', 'CdtrRef'),
      ...all(each, 'RmtInf', 'Strd', 'AddtlRmtInf'),
    ]),
    ...of('Refs', 'EndToEndId').filter((each) => each.text.trim() !== 'NOTPROVIDED'),
    ...of('AddtlTxInf'),
    ...all(entry, 'AddtlNtryInf'),
  ].map((each) => each.text.replace(/\s+/g, ' ').trim());
  return [...new Set(words)].filter((each) => each !== '').join(' ');
}
