import type { StatementColumn, StatementMap } from '../../../contracts/domain/statement-map.ts';
import { folded } from '../../../contracts/domain/text.ts';
import type { Workbook } from './cells.ts';
import { writtenDay } from './dates.ts';
import { type Decimal, writtenAmount } from './decimal.ts';
import { type TextRecord, textRecords } from './records.ts';
import { type LineTold, problemAt, type StatementReader, type Told } from './source.ts';

/** The same columns may stand in a text file or in a workbook, whose first sheet counts. */
export interface DeclaredReader extends StatementReader {
  readonly ofWorkbook: (workbook: Workbook, account: string | null) => Iterable<readonly Told[]>;
}

/** A reader of files by what somebody declared of their columns. */
export const declaredColumns = (map: StatementMap): DeclaredReader => ({
  format: 'declared-columns',
  side: map.side,
  recognises: () => true,
  ofWorkbook: function* ofWorkbook({ sheets: [sheet] }, account) {
    const by = createByColumns(map, account);
    for (const { row, cells } of sheet?.rows ?? []) {
      const told = by.take({ row, cells: cells.map(({ text, date }) => date ?? text) });
      if (told.length > 0) yield told;
    }
    yield by.end();
  },
  read: async function* read(file, { account }) {
    const by = createByColumns(map, account);
    for await (const records of textRecords(file, map.delimiter === 'tab' ? '\t' : map.delimiter)) {
      const told = records.flatMap((record) => by.take(record));
      if (told.length > 0) yield told;
    }
    yield by.end();
  },
});

interface ByColumns {
  take(record: TextRecord): readonly Told[];
  end(): readonly Told[];
}

/** Places of the columns, once they are known, from 0. */
type Places = ReadonlyMap<StatementColumn, readonly number[]>;

/** Told the rows of a file one after the other, wherever they come from. */
export function createByColumns(map: StatementMap, named: string | null): ByColumns {
  const totals = map.totalWords.map(folded);
  let places: Places | undefined;
  let account: string | null | undefined;
  let currency = map.currency;
  let lastRow = 0;
  let over = false;
  let failed = false;

  function find({ row, cells }: TextRecord): readonly Told[] {
    const heads = cells.map(folded);
    const found = new Map<StatementColumn, number[]>();
    const missing: string[] = [];
    for (const [name, given] of Object.entries(map.columns) as [
      StatementColumn,
      number | string | (number | string)[],
    ][]) {
      const each = [given].flat().map((one) => (typeof one === 'number' ? one - 1 : heads.indexOf(folded(one))));
      if (each.includes(-1)) missing.push(name);
      else found.set(name, each);
    }
    if (missing.length > 0) failed = true;
    places = found;
    return missing.map((name) => problemAt(row, name, 'stands under no head of this file'));
  }

  function line(record: TextRecord, at: Places): readonly Told[] {
    const { row, cells } = record;
    const texts = (name: StatementColumn): string[] => (at.get(name) ?? []).map((place) => (cells[place] ?? '').trim());
    const text = (name: StatementColumn): string =>
      texts(name)
        .filter((each) => each !== '')
        .join(' ');
    const own = at.has('account') ? text('account').replace(/[^0-9A-Za-z]/g, '') : named;
    const ownCurrency = at.has('currency') && text('currency') !== '' ? text('currency').toUpperCase() : map.currency;
    const begins: Told[] = [];
    if (account === undefined || own !== account || ownCurrency !== currency) {
      if (account !== undefined) begins.push(closingAt(row));
      account = own;
      currency = ownCurrency;
      begins.push({ kind: 'account', row, account, currency, from: null, to: null, opening: null });
    }
    const wrong: Told[] = [];
    const problem = (name: StatementColumn, message: string): void => void wrong.push(problemAt(row, name, message));
    const amountOf = (name: StatementColumn): { amount: Decimal; negative: boolean } | null => {
      const given = text(name);
      if (given === '' || given === '-') return null;
      const read = writtenAmount(given, currency, map.decimalPoint ?? undefined);
      if (read === undefined) problem(name, 'is no amount that can be read without doubt');
      return read ?? null;
    };
    const day = writtenDay(text('date'), map.dateOrder);
    if (day === undefined) problem('date', 'is no day');
    const moved = at.has('amount')
      ? single(amountOf('amount'), text('direction'))
      : sides(amountOf('credit'), amountOf('debit'));
    if (moved === undefined && wrong.length === 0)
      problem(at.has('amount') ? 'amount' : 'credit', 'says nothing, or both that money came and that it went');
    if (wrong.length > 0 || day === undefined || moved === undefined) return [...begins, ...wrong];
    const balance = amountOf('balance');
    const fee = amountOf('fee');
    if (wrong.length > 0) return [...begins, ...wrong];
    const told: LineTold = {
      ...{ kind: 'line', row, date: day.date, valueDate: writtenDay(text('valueDate'), map.dateOrder)?.date ?? null },
      time: day.time ?? timeOf(text('time')),
      documentNumber: text('documentNumber') || null,
      ...moved,
      balance: balance === null ? null : balance.negative ? -balance.amount : balance.amount,
      narrative: [text('reference'), text('narrative')].filter((each) => each !== '').join(' '),
      fee: fee?.amount ?? null,
      status: text('status') || null,
    };
    return [...begins, told];
  }

  /** One column of amounts: a sign, or a word in another column, says which way. */
  function single(read: { amount: Decimal; negative: boolean } | null, word: string) {
    if (read === null) return undefined;
    const out = word !== '' && map.debitWords.some((each) => folded(each) === folded(word));
    const debit = out !== read.negative;
    return {
      direction: debit ? 'debit' : 'credit',
      amount: read.amount,
      reversal: word !== '' && read.negative,
    } as const;
  }

  return {
    take(record) {
      if (failed || over) return [];
      lastRow = record.row;
      if (places === undefined) {
        if (map.headRow === 0) {
          const found = find(record);
          return failed ? found : line(record, places ?? new Map());
        }
        return record.row < map.headRow ? [] : find(record);
      }
      if (record.cells.every((cell) => cell.trim() === '')) return [];
      const first = folded(record.cells.find((cell) => cell.trim() !== '') ?? '');
      if (totals.some((word) => first === word || first.startsWith(`${word} `) || first.startsWith(`${word}:`))) {
        over = true;
        return [];
      }
      return line(record, places);
    },
    end() {
      if (failed) return [];
      if (places === undefined && map.headRow > 0)
        return [problemAt(Math.max(1, lastRow), null, 'has no row of heads where one was declared')];
      if (account !== undefined) return [closingAt(lastRow)];
      const empty: Told = { kind: 'account', row: 1, account: named, currency, from: null, to: null, opening: null };
      return [empty, closingAt(lastRow)];
    },
  };
}

const closingAt = (row: number): Told => ({
  ...{ kind: 'closing', row, closing: null, credits: null, debits: null, lines: null },
});

type Read = { readonly amount: Decimal; readonly negative: boolean } | null;

/** Two columns of amounts, of which one holds something. What is negative went the other way, back. */
export function sides(credit: Read, debit: Read) {
  const [came, went] = [credit?.amount ? credit : null, debit?.amount ? debit : null];
  if (came !== null && went !== null) return undefined;
  if (came !== null)
    return { direction: came.negative ? 'debit' : 'credit', amount: came.amount, reversal: came.negative } as const;
  if (went !== null)
    return { direction: went.negative ? 'credit' : 'debit', amount: went.amount, reversal: went.negative } as const;
  const nothing = credit ?? debit;
  return nothing === null ? undefined : ({ direction: 'credit', amount: 0n, reversal: false } as const);
}

function timeOf(text: string): string | null {
  const [, hour = '', minute = '', second = '00'] = /^(\d{1,2}):(\d{2})(?::(\d{2}))?/.exec(text) ?? [];
  return hour === '' || Number(hour) > 23 || Number(minute) > 59
    ? null
    : `${hour.padStart(2, '0')}:${minute}:${second}`;
}
