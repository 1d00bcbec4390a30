import { entryTold, type OpenEntry, withText } from './mt940-entry.ts';
import type { Messages, SwiftPart } from './mt940-fields.ts';
import { accountOf, type Sum, sumOf } from './mt940-values.ts';
import { problemAt, type Told } from './source.ts';

/** One report while it comes; nothing of it is told before its account and currency are known. */
interface Report {
  readonly account: string | undefined;
  readonly currency: string | undefined;
  /** `wrong`: it has no account or no currency, and problems alone are told of it. */
  readonly opened: 'no' | 'yes' | 'wrong';
  readonly credits?: Sum;
  readonly debits?: Sum;
}

const NONE: Report = { account: undefined, currency: undefined, opened: 'no' };

/** Interim reports: one account section each. The bank's sums are its closing part. */
export function mt942Messages(): Messages {
  let report = NONE;
  let entry: OpenEntry | undefined;
  /** The row of a block that did not end yet. */
  let begun = 0;

  const entryDone = (): readonly Told[] => {
    const done = entry === undefined ? [] : [entryTold(entry)];
    entry = undefined;
    return report.opened === 'wrong' ? done.filter((each) => each.kind === 'problem') : done;
  };
  const opened = (row: number): readonly Told[] => {
    if (report.opened !== 'no') return [];
    report = { ...report, opened: 'wrong' };
    const { account = '', currency } = report;
    if (currency === undefined) return [problemAt(row, ':34F:', 'no currency is named before the entries')];
    const holder = accountOf(account, currency);
    if (holder === '') return [problemAt(row, ':25:', 'no account is named before the entries')];
    report = { ...report, opened: 'yes' };
    return [{ kind: 'account', row, account: holder, currency, from: null, to: null, opening: null }];
  };
  const reportDone = (row: number): readonly Told[] => {
    if (report === NONE) return [];
    const first = opened(row);
    const { credits, debits } = report;
    const isWrong = report.opened === 'wrong';
    report = NONE;
    if (isWrong) return first;
    const lines = credits && debits ? credits.count + debits.count : null;
    const sums = { credits: credits?.amount ?? null, debits: debits?.amount ?? null };
    return [...first, { kind: 'closing', row, closing: null, ...sums, lines }];
  };
  const currencyTold = (row: number, tag: string, currency: string): readonly Told[] => {
    const differs = report.currency !== undefined && report.currency !== currency;
    report = { ...report, currency: report.currency ?? currency };
    return differs ? [problemAt(row, `:${tag}:`, 'has another currency than the report')] : [];
  };
  const sum = (row: number, tag: string, text: string): readonly Told[] => {
    const read = sumOf(text);
    if (typeof read === 'string') return [problemAt(row, `:${tag}:`, read)];
    const wrong = currencyTold(row, tag, read.currency);
    report = { ...report, [tag === '90C' ? 'credits' : 'debits']: read };
    return [...opened(row), ...wrong];
  };

  const field = (row: number, tag: string, text: string): readonly Told[] => {
    switch (tag) {
      case '20':
        return reportDone(row);
      case '25':
      case '25P': {
        const before = report.opened !== 'no' ? reportDone(row) : [];
        report = { ...report, account: text };
        return before;
      }
      case '34F': {
        const currency = /^\s*([A-Z]{3})(?:[CD]?\d[\d,]*)?\s*$/i.exec(text)?.[1]?.toUpperCase();
        if (currency === undefined) return [problemAt(row, ':34F:', 'is not a currency and an amount')];
        return currencyTold(row, tag, currency);
      }
      case '90C':
      case '90D':
        return sum(row, tag, text);
      case '60F':
      case '60M':
      case '62F':
      case '62M':
        return [problemAt(row, `:${tag}:`, 'is a balance, which an interim report has none of')];
      default:
        return [];
    }
  };
  const take = (part: SwiftPart): readonly Told[] => {
    if (part.kind === 'long') return [...entryDone(), problemAt(part.row, null, 'is longer than any field')];
    if (part.kind !== 'field') {
      begun = part.kind === 'begin' ? part.row : 0;
      return part.kind === 'end' ? [...entryDone(), ...reportDone(part.row)] : entryDone();
    }
    const { row, tag, lines } = part;
    if (tag === '86') return withText(entry, row, lines);
    if (tag === 'NS') return [];
    const done = entryDone();
    if (tag !== '61') return [...done, ...field(row, tag, lines[0] ?? '')];
    if (report.credits || report.debits)
      return [...done, problemAt(row, ':61:', 'stands after the sums of its report')];
    const first = opened(row);
    entry = { row, lines, texts: [] };
    return [...done, ...first];
  };
  return {
    take,
    finish: (row) => [
      ...entryDone(),
      ...(begun > 0 ? [problemAt(begun, null, 'begins a message whose end is missing')] : []),
      ...reportDone(row),
    ],
  };
}
