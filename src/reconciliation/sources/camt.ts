import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import { entryLines } from './camt-entry.ts';
import { all, amountOf, dayOf, directionAt, one, textAt } from './camt-values.ts';
import { BadXml, type DocumentReader, type Element, readXml } from './camt-xml.ts';
import type { Decimal } from './decimal.ts';
import { problemAt, type StatementReader, type Told } from './source.ts';

type CamtFormat = Extract<StatementFormat, `camt.${string}`>;

/** The element of an account's section, by format. */
const SECTION: Readonly<Record<CamtFormat, string>> = { 'camt.052': 'Rpt', 'camt.053': 'Stmt', 'camt.054': 'Ntfctn' };
const NAMESPACE = /\b(camt\.05[234])\.001\.\d{2}$/;
const NAMED = /["'][^"'<>]{0,200}\b(camt\.05[234])\.001\.\d{2}["']/;
/** What of a section is looked at as a whole. */
const KEPT = new Set(['FrToDt', 'Acct', 'Bal', 'TxsSummry', 'Ntry']);

const reader = (format: CamtFormat): StatementReader => ({
  format,
  recognises: ({ text }) => NAMED.exec(text)?.[1] === format,
  read: (file) => told(file, format),
});

/** An account's movements of a day that has not ended: entries that are not booked are left out. */
export const camt052 = reader('camt.052');
/** Statements. */
export const camt053 = reader('camt.053');
/** Notices of single credits and debits: no balances. */
export const camt054 = reader('camt.054');

async function* told(file: AsyncIterable<Uint8Array>, format: CamtFormat): AsyncGenerator<readonly Told[]> {
  let group: Told[] = [];
  let any = false;
  const sections = sectionsOf(format, (part) => {
    group.push(part);
    any = true;
  });
  try {
    for await (const _ of readXml(file, sections)) {
      if (group.length > 0) yield group;
      group = [];
    }
  } catch (error) {
    if (!(error instanceof BadXml)) throw error;
    yield [...group, problemAt(error.row, null, error.message)];
    return;
  }
  if (!any) yield [problemAt(1, null, `holds no account of a ${format}`)];
}

interface Section {
  readonly row: number;
  readonly elements: Element[];
  /** Undefined until the account was told; null where it could not be. */
  currency: string | null | undefined;
  entries: number;
  lines: number;
  leftOut: boolean;
}

function sectionsOf(format: CamtFormat, tell: (part: Told) => void): DocumentReader {
  let section: Section | undefined;
  let isOurs = false;
  const inSection = (path: readonly string[], depth: number) =>
    isOurs && path.length === depth && path[1] === SECTION[format];

  const begin = (at: Section, ofEntry: string | undefined): void => {
    if (at.currency !== undefined) return;
    at.currency = null;
    const told = accountTold(at, ofEntry);
    if (told.kind === 'account') at.currency = told.currency;
    tell(told);
  };
  const element = (found: Element, path: readonly string[]): void => {
    if (section === undefined || !inSection(path, 3)) return;
    if (found.name !== 'Ntry') {
      if (section.elements.length < MOST_PARTS) section.elements.push(found);
      return;
    }
    begin(section, one(found, 'Amt')?.currency);
    section.entries += 1;
    if (!section.currency) return;
    const lines = entryLines(found, section.currency);
    section.lines += lines.length;
    section.leftOut ||= lines.length === 0;
    for (const each of lines) tell(each);
  };
  return {
    document: (namespace, row) => {
      isOurs = NAMESPACE.exec(namespace)?.[1] === format;
      if (!isOurs) tell(problemAt(row, null, `is a document of another kind than ${format}`));
    },
    wants: (path) => inSection(path, 3) && KEPT.has(path[2] ?? ''),
    element,
    begins: (path, row) => {
      if (inSection(path, 2))
        section = { row, elements: [], currency: undefined, entries: 0, lines: 0, leftOut: false };
    },
    ends: (path, row) => {
      if (section === undefined || !inSection(path, 2)) return;
      begin(section, undefined);
      if (section.currency) for (const each of closingTold(section, row)) tell(each);
      section = undefined;
    },
  };
}

/** Balances and the like that one section may have. */
const MOST_PARTS = 1000;

function accountTold({ row, elements }: Section, ofEntry: string | undefined): Told {
  const account = elements.find((each) => each.name === 'Acct');
  const ids = [['IBAN'], ['Othr', 'Id'], ['BBAN'], ['PrtryAcct', 'Id'], ['UPIC']];
  const id = ids.map((path) => textAt(account, 'Id', ...path)).find((each) => each !== undefined);
  const holder = (id ?? '').replace(/[^\p{L}\p{N}]/gu, '').toUpperCase();
  if (holder === '') return problemAt(row, 'Acct/Id', 'names no account');
  const balances = elements.filter((each) => each.name === 'Bal');
  const currency = (textAt(account, 'Ccy') ?? one(balances[0], 'Amt')?.currency ?? ofEntry)?.trim();
  if (currency === undefined || !/^[A-Z]{3}$/.test(currency)) return problemAt(row, 'Acct/Ccy', 'names no currency');
  const opening = balanceOf(balances, ['OPBD', 'PRCD'], currency);
  if (opening !== null && typeof opening !== 'bigint') return opening;
  const period = elements.find((each) => each.name === 'FrToDt');
  const from = dayNamed(period, 'Fr');
  const to = dayNamed(period, 'To');
  if (from === undefined || to === undefined) return problemAt(period?.row ?? row, 'FrToDt', 'has a date that is none');
  return { kind: 'account', row, account: holder, currency, from, to, opening };
}

function dayNamed(period: Element | undefined, end: 'Fr' | 'To'): string | null | undefined {
  const text = textAt(period, `${end}DtTm`) ?? textAt(period, `${end}Dt`);
  return text === undefined ? null : dayOf(text)?.day;
}

/** The first balance of the kinds, in their order: negative where it is a debit, null where there is none. */
function balanceOf(balances: readonly Element[], kinds: readonly string[], currency: string): Decimal | null | Told {
  const kindOf = (each: Element) => textAt(each, 'Tp', 'CdOrPrtry', 'Cd') ?? textAt(each, 'Tp', 'Cd');
  const found = kinds.map((kind) => balances.find((each) => kindOf(each) === kind)).find((each) => each !== undefined);
  if (found === undefined) return null;
  const amount = amountOf(one(found, 'Amt'));
  const direction = directionAt(found);
  if (amount === undefined) return problemAt(found.row, 'Bal/Amt', 'is no amount');
  if (direction === undefined) return problemAt(found.row, 'Bal/CdtDbtInd', 'is neither CRDT nor DBIT');
  if (one(found, 'Amt')?.currency?.trim() !== currency)
    return problemAt(found.row, 'Bal/Amt', "is not in the account's currency");
  return direction === 'debit' ? -amount : amount;
}

function closingTold(section: Section, row: number): readonly Told[] {
  const { elements, leftOut } = section;
  const balances = elements.filter((each) => each.name === 'Bal');
  const closing = balanceOf(balances, ['CLBD'], section.currency ?? '');
  if (closing !== null && typeof closing !== 'bigint') return [closing];
  const summary = elements.find((each) => each.name === 'TxsSummry');
  const nothing = { credits: null, debits: null, lines: null };
  // Whether what is not booked is counted in is nowhere said.
  if (leftOut || summary === undefined) return [{ kind: 'closing', row, closing, ...nothing }];
  const sums = ['TtlCdtNtries', 'TtlDbtNtries'].map((each) => one(summary, each, 'Sum'));
  const [credits, debits] = sums.map((each) => (each === undefined ? null : amountOf(each)));
  const counts = all(summary, 'TtlNtries', 'NbOfNtries');
  const both = ['TtlCdtNtries', 'TtlDbtNtries'].flatMap((each) => all(summary, each, 'NbOfNtries').slice(0, 1));
  const texts = (counts.length > 0 ? counts.slice(0, 1) : both.length === 2 ? both : []).map((each) =>
    each.text.trim(),
  );
  if (credits === undefined || debits === undefined || texts.some((each) => !/^\d{1,15}$/.test(each)))
    return [
      problemAt(summary.row, 'TxsSummry', 'has a sum or a number that is none'),
      { kind: 'closing', row, closing, ...nothing },
    ];
  const stated = texts.length === 0 ? null : texts.reduce((sum, each) => sum + Number(each), 0);
  // They count entries: an entry that was told as several lines is counted as those.
  const lines = stated === null ? null : stated + section.lines - section.entries;
  return [{ kind: 'closing', row, closing, credits, debits, lines }];
}
