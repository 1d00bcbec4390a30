import { folded } from '../../../contracts/domain/text.ts';
import { EMPTY_CELL, type Row, textCell } from './cells.ts';
import { type Columns, columnsOf, joinedRows, namesOnly } from './columns-by-words.ts';
import type { Decimal } from './decimal.ts';
import { isTotal, type Labelled, labelledIn } from './labels-by-words.ts';
import { isBlank, printedAmount, signed } from './printed-amount.ts';
import { type ProblemTold, problemAt, type ReadOptions, type Told } from './source.ts';
import { lineOf, type Piece } from './table-line.ts';

export interface TableRules {
  /** What a file of the layout always ends a table with: one without was cut. */
  readonly closedBy: 'total' | 'total or closing balance';
  /** Entries are handed on as they come: the layout says nothing below its table that belongs before them. */
  readonly streams?: boolean;
}

interface Section {
  readonly row: number;
  head: Labelled;
  columns: Columns;
  readonly pieces: Piece[];
  total: boolean;
  debits: Decimal | null;
  credits: Decimal | null;
  foot: Labelled;
  footRow: number;
  /** The account is told, because entries stream. */
  told: boolean;
}

const TITLE = /^(?:sao ke tai khoan|statement of account)\b/;
const PAGE = /^(?:page|trang) ?\d{1,6} ?(?:of|\/) ?\d{1,6}$/;
/** Words that a row of a balance begins with: its amount may stand below any column. */
const LABEL = /^(?:so du|opening balance|closing balance|ending balance)\b/;
const DEFAULT_CURRENCY = 'VND';

/**
 * Goes through the rows of a statement: a block of labels, a table, a block of labels again, as often as there are
 * accounts. What stands in no column of the table ends it; an entry behind its end is a problem, never left out.
 */
export class StatementTable {
  private readonly rules: TableRules;
  private readonly options: ReadOptions;
  private labels: Labelled = {};
  private labelsRow = 0;
  private section: Section | undefined;
  private place: 'head' | 'table' | 'foot' = 'head';
  private before: Row | undefined;
  private tables = 0;
  private last = 1;

  constructor(rules: TableRules, options: ReadOptions) {
    this.rules = rules;
    this.options = options;
  }

  take(row: Row): readonly Told[] {
    this.last = row.row;
    const told = this.place === 'table' ? this.inTable(row) : this.outside(row);
    this.before = row;
    return told;
  }

  end(): readonly Told[] {
    if (this.tables === 0) return [problemAt(1, null, 'has no table whose columns are those of a statement')];
    return this.closed();
  }

  /** Above a table or below one. */
  private outside(row: Row): readonly Told[] {
    const titled = row.cells.some((cell) => TITLE.test(folded(cell.text.slice(0, 80))));
    const own = columnsOf(row);
    const head = own ?? (this.before?.row === row.row - 1 ? columnsOf(joinedRows(this.before, row)) : undefined);
    if (head !== undefined) return this.begin(row, head);
    const labels = labelledIn(row);
    if (this.place === 'head') {
      if (labels.account !== undefined && this.labelsRow === 0) this.labelsRow = row.row;
      this.labels = { ...labels, ...this.labels };
      return [];
    }
    const section = this.section;
    const other = labels.account !== undefined && labels.account !== section?.head.account;
    if (titled || (other && section?.head.account !== undefined)) {
      const told = this.closed();
      this.place = 'head';
      [this.labels, this.labelsRow] = [labels, labels.account === undefined ? 0 : row.row];
      return told;
    }
    if (section === undefined) return [];
    if (isEntry(row, section.columns)) {
      section.pieces.push(problemAt(row.row, null, 'is an entry behind the end of its table'));
      return [];
    }
    this.labels = { ...labels, ...this.labels };
    return this.foot(row, section, labels);
  }

  private begin(row: Row, head: { readonly columns: Columns; readonly twice: string | undefined }): readonly Told[] {
    // The head of another page, in the middle of a table.
    if (
      this.place === 'foot' &&
      this.section !== undefined &&
      !this.section.total &&
      this.section.foot.closing === undefined
    ) {
      this.section.columns = head.columns;
      this.place = 'table';
      return [];
    }
    const told = [...this.closed()];
    this.section = {
      ...{ row: this.labelsRow || row.row, head: this.labels, columns: head.columns, pieces: [], total: false },
      ...{ debits: null, credits: null, foot: {}, footRow: row.row, told: false },
    };
    if (head.twice !== undefined)
      this.section.pieces.push(problemAt(row.row, head.twice, 'is a second column of the same meaning'));
    [this.labels, this.labelsRow, this.place] = [{}, 0, 'table'];
    this.tables += 1;
    return this.rules.streams ? [...told, ...this.flushed(this.section)] : told;
  }

  private inTable(row: Row): readonly Told[] {
    const section = this.section;
    if (section === undefined) return [];
    const { columns, pieces } = section;
    if (namesOnly(row)) {
      const again = columnsOf(row);
      if (again !== undefined) section.columns = again.columns;
      return [];
    }
    if (isEntry(row, columns)) {
      pieces.push(...lineOf(row, columns, this.currency(section)));
      return this.rules.streams ? this.flushed(section, 1) : [];
    }
    const only = row.cells.flatMap((cell, at) => (cell.text === '' ? [] : [at]));
    const previous = pieces.at(-1);
    if (only.length === 1 && only[0] === columns.details.at && previous?.kind === 'line' && !isTotal(row)) {
      const narrative = `${previous.narrative} ${(row.cells[columns.details.at] ?? EMPTY_CELL).text}`;
      pieces[pieces.length - 1] = { ...previous, narrative: narrative.replace(/\s+/g, ' ').trim() };
      return [];
    }
    if (row.cells.every((cell) => cell.text === '' || PAGE.test(folded(cell.text.slice(0, 40))))) return [];
    this.place = 'foot';
    return isTotal(row) ? this.foot(row, section, labelledIn(row)) : this.outside(row);
  }

  private foot(row: Row, section: Section, labels: Labelled): readonly Told[] {
    section.foot = { ...labels, ...section.foot };
    if (!isTotal(row) || section.total) return [];
    section.total = true;
    section.footRow = row.row;
    for (const side of ['debits', 'credits'] as const) {
      const column = side === 'debits' ? section.columns.debit : section.columns.credit;
      const cell = row.cells[column.at];
      if (cell === undefined || isBlank(cell) || labels[side] !== undefined) continue;
      if (/^(?:tong|total)\b/.test(folded(cell.text.slice(0, 80)))) continue;
      const printed = printedAmount(cell, this.currency(section));
      if ('wrong' in printed) section.pieces.push(problemAt(row.row, column.name, printed.wrong));
      else section[side] = signed(printed);
    }
    return [];
  }

  private currency(section: Section): string {
    return section.head.currency ?? currencyBehind(section.head.opening) ?? DEFAULT_CURRENCY;
  }

  /** What is known of a section, its last `keep` pieces held back: their narrative may go on in the next row. */
  private flushed(section: Section, keep = 0): readonly Told[] {
    const told: Told[] = [];
    if (!section.told) {
      section.told = true;
      told.push(...this.accountOf(section));
    }
    told.push(...section.pieces.splice(0, Math.max(0, section.pieces.length - keep)));
    return told;
  }

  private accountOf(section: Section): readonly Told[] {
    const { head, foot, row } = section;
    const told: ProblemTold[] = [];
    const day = (name: 'from' | 'to'): string | null => {
      const value = head[name] ?? foot[name] ?? null;
      if (value === 'impossible') told.push(problemAt(row, name, 'is no date'));
      return value === 'impossible' ? null : value;
    };
    const opening = this.labelled(section, 'opening', head.opening ?? foot.opening, told);
    const account = withZeros(head.account ?? foot.account ?? null, this.options.account);
    const currency = this.currency(section);
    return [{ kind: 'account', row, account, currency, from: day('from'), to: day('to'), opening }, ...told];
  }

  private labelled(
    section: Section,
    name: 'opening' | 'closing' | 'debits' | 'credits',
    value: string | undefined,
    told: ProblemTold[],
  ): Decimal | null {
    if (value === undefined) return null;
    const printed = printedAmount(textCell(value), this.currency(section));
    if (!('wrong' in printed)) return signed(printed);
    told.push(problemAt(name === 'opening' ? section.row : section.footRow, name, printed.wrong));
    return null;
  }

  private closed(): readonly Told[] {
    const section = this.section;
    if (section === undefined) return [];
    this.section = undefined;
    const told: Told[] = [...this.flushed(section)];
    const problems: ProblemTold[] = [];
    const closing = this.labelled(section, 'closing', section.foot.closing ?? section.head.closing, problems);
    const debits =
      section.debits ?? this.labelled(section, 'debits', section.foot.debits ?? section.head.debits, problems);
    const credits =
      section.credits ?? this.labelled(section, 'credits', section.foot.credits ?? section.head.credits, problems);
    if (!section.total && (this.rules.closedBy === 'total' || closing === null))
      problems.push(problemAt(this.last, null, `ends without its ${this.rules.closedBy}: the file was cut`));
    told.push(...problems, { kind: 'closing', row: section.footRow, closing, credits, debits, lines: null });
    return told;
  }
}

/** Whether a row says something in a column where only entries do: a day, or an amount beside a sequence number. */
function isEntry(row: Row, columns: Columns): boolean {
  const at = (column: { readonly at: number } | undefined) =>
    column === undefined ? EMPTY_CELL : (row.cells[column.at] ?? EMPTY_CELL);
  const dated = at(columns.date).date !== null || /^\s*\d{1,4}[/-]\d{1,2}[/-]\d{2,4}/.test(at(columns.date).text);
  if (isTotal(row) && !dated) return false;
  const moved = [columns.debit, columns.credit].some(
    (column) => /\d/.test(at(column).text) && at(column).text.length < 60,
  );
  const numbered = columns.sequence !== undefined && /^\d{1,7}$/.test(at(columns.sequence).text.trim());
  const first = row.cells.find((cell) => cell.text !== '');
  if (!dated && !numbered && LABEL.test(folded((first?.text ?? '').slice(0, 80)))) return false;
  return moved || numbered || dated;
}

const currencyBehind = (value: string | undefined): string | undefined =>
  /([a-z]{3})$/.exec(value ?? '')?.[1]?.toUpperCase();

/** A number cell has lost the zeros that an account begins with: the sender's own word for the same account has them. */
const withZeros = (account: string | null, sent: string | null): string | null =>
  account === null || (sent !== null && sent.replace(/^0+/, '') === account) ? sent : account;
