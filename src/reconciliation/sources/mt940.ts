import { entryTold, type OpenEntry, withText } from './mt940-entry.ts';
import { type Messages, type SwiftPart, swiftParts } from './mt940-fields.ts';
import { accountOf, type Balance, balanceOf } from './mt940-values.ts';
import { mt942Messages } from './mt942.ts';
import { problemAt, type StatementReader, type Told } from './source.ts';
import { NotText } from './text-lines.ts';

const IS_942 = /\{2:[IO]942|^:(?:34F|90[CD]):/im;
const IS_940 = /\{2:[IO]940|^:6[02][FM]:/im;
const HAS_HEADER = /^(?:\{4:)?:(?:20|25P?|28C?|NS):/im;

/** Customer statements of SWIFT, with or without the blocks of its network, in UTF-8 or Windows-1252. */
export const mt940: StatementReader = {
  format: 'mt940',
  recognises: ({ text }) => HAS_HEADER.test(text) && IS_940.test(text),
  read: (file) => told(file, mt940Messages()),
};

/** Interim reports of SWIFT: no balances, but sums where the bank tells them. */
export const mt942: StatementReader = {
  format: 'mt942',
  recognises: ({ text }) => HAS_HEADER.test(text) && IS_942.test(text) && !IS_940.test(text),
  read: (file) => told(file, mt942Messages()),
};

async function* told(file: AsyncIterable<Uint8Array>, messages: Messages): AsyncGenerator<readonly Told[]> {
  let row = 1;
  let any = false;
  try {
    for await (const parts of swiftParts(file)) {
      const group = parts.flatMap(messages.take);
      row = parts.at(-1)?.row ?? row;
      any ||= group.length > 0;
      if (group.length > 0) yield group;
    }
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    yield [problemAt(error.row, null, error.message)];
    return;
  }
  const last = messages.finish(row);
  if (last.length > 0) yield last;
  else if (!any) yield [problemAt(row, null, 'holds no statement')];
}

/** Currency of a section whose beginning could not be read: of it problems alone are told. */
const UNKNOWN = '';
const isProblem = (each: Told): boolean => each.kind === 'problem';

/** The account's section that stands open; `intermediate` once it was closed for the time being (`:62M:`). */
interface Section {
  readonly account: string;
  readonly number: string;
  readonly currency: string;
  readonly intermediate?: { readonly row: number; readonly amount: bigint };
}

function mt940Messages(): Messages {
  let account: string | undefined;
  let number = '';
  let section: Section | undefined;
  let closed = false;
  let entry: OpenEntry | undefined;

  const entryDone = (): readonly Told[] => {
    const done = entry === undefined ? [] : [entryTold(entry)];
    entry = undefined;
    return section?.currency === UNKNOWN ? done.filter(isProblem) : done;
  };
  /** What was closed for the time being stays closed. */
  const sectionDone = (row: number): readonly Told[] => {
    const done = section;
    section = undefined;
    if (done === undefined) return [];
    if (done.intermediate === undefined)
      return [problemAt(row, ':62F:', 'the statement before has no closing balance')];
    return done.currency === UNKNOWN ? [] : [closing(done.intermediate.row, done.intermediate.amount)];
  };
  const header = (row: number): readonly Told[] =>
    section !== undefined && section.intermediate === undefined ? sectionDone(row) : [];

  const open = (row: number, tag: string, balance: Balance): readonly Told[] => {
    closed = false;
    const { currency, amount } = balance;
    const holder = accountOf(account ?? '', currency);
    const before = section?.intermediate;
    if (tag === '60M' && section && before && section.account === holder && section.currency === currency) {
      const continues = before.amount === amount;
      if (continues || section.number === number) {
        section = { account: holder, number, currency };
        return continues ? [] : [problemAt(row, ':60M:', 'does not go on from the intermediate balance before it')];
      }
    }
    const done = sectionDone(row);
    section = { account: holder, number, currency };
    if (holder === '') {
      section = { ...section, currency: UNKNOWN };
      return [...done, problemAt(row, ':25:', 'no account is named before the opening balance')];
    }
    const told: Told = { kind: 'account', row, account: holder, currency, from: null, to: null, opening: amount };
    return [...done, told];
  };

  const close = (row: number, tag: string, balance: Balance): readonly Told[] => {
    if (section === undefined || section.intermediate)
      return [problemAt(row, `:${tag}:`, 'has no opening balance before it')];
    closed = true;
    const wrong =
      section.currency === UNKNOWN || section.currency === balance.currency
        ? []
        : [problemAt(row, `:${tag}:`, 'has another currency than the opening')];
    section = { ...section, intermediate: { row, amount: balance.amount } };
    return tag === '62M' ? wrong : [...wrong, ...sectionDone(row)];
  };

  /** A balance that cannot be read begins or ends all the same: what follows is not wrong because of it. */
  const unread = (row: number, tag: string, message: string): readonly Told[] => {
    const before = tag.startsWith('60') ? sectionDone(row) : [];
    section = tag.startsWith('60') ? { account: '', number, currency: UNKNOWN } : undefined;
    closed = section === undefined;
    return [...before, problemAt(row, `:${tag}:`, message)];
  };

  const balance = (row: number, tag: string, lines: readonly string[]): readonly Told[] => {
    if (lines.slice(1).some((line) => line.trim() !== '')) return unread(row, tag, 'has more than one line');
    const read = balanceOf(lines[0] ?? '');
    if (typeof read === 'string') return unread(row, tag, read);
    return tag.startsWith('60') ? open(row, tag, read) : close(row, tag, read);
  };

  const take = (part: SwiftPart): readonly Told[] => {
    if (part.kind === 'long') return [...entryDone(), problemAt(part.row, null, 'is longer than any field')];
    if (part.kind !== 'field') return entryDone();
    const { row, tag, lines } = part;
    if (tag === '86') return withText(entry, row, lines);
    if (tag === 'NS') return [];
    const done = entryDone();
    if (tag === '20' || tag === '25' || tag === '25P') {
      const before = header(row);
      closed = false;
      account = tag === '20' ? undefined : lines[0];
      if (tag === '20') number = '';
      return [...done, ...before];
    }
    if (tag === '28' || tag === '28C') number = /^\s*(\d*)/.exec(lines[0] ?? '')?.[1] ?? '';
    if (/^6[02][FM]$/.test(tag)) return [...done, ...balance(row, tag, lines)];
    if (tag !== '61') return done;
    if (section !== undefined && section.intermediate === undefined) {
      entry = { row, lines, texts: [] };
      return done;
    }
    return [
      ...done,
      problemAt(row, ':61:', closed ? 'stands after the closing balance' : 'has no opening balance before it'),
    ];
  };
  return { take, finish: (row) => [...entryDone(), ...sectionDone(row)] };
}

const closing = (row: number, amount: bigint): Told => ({
  ...{ kind: 'closing', row, closing: amount, credits: null, debits: null, lines: null },
});
