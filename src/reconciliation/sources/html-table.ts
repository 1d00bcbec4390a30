import { composed } from '../../../contracts/domain/text.ts';
import { type Cell, COLUMNS_LIMIT, EMPTY_CELL, ROWS_LIMIT, type Row, textCell, type Workbook } from './cells.ts';
import { type ProblemTold, problemAt } from './source.ts';

/** Characters that a tag may have: exports write styles into them, no more. */
const LONGEST_TAG = 8_192;
const TABLES_LIMIT = 200;
const LONGEST_CELL = 32_768;

/** Letters by the names that HTML 4 gave them: a base letter and its mark. */
const MARKS: Readonly<Record<string, string>> = {
  ...{
    grave: '\u0300',
    acute: '\u0301',
    circ: '\u0302',
    tilde: '\u0303',
    uml: '\u0308',
    ring: '\u030a',
    cedil: '\u0327',
  },
};
const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', ndash: '–', mdash: '—', middot: '·' },
};

/**
 * The tables of an HTML file, a sheet for each, with text cells alone. A cell that spans columns stands
 * in the first of them; one that spans rows in the first row. Time and memory grow with the length of the file alone.
 */
export function readHtmlTables(bytes: Uint8Array): Workbook | ProblemTold {
  const text = decoded(bytes);
  if (text === undefined) return problemAt(1, null, 'is not text in UTF-8, UTF-16 or Windows-1258');
  const tables = new Tables();
  let at = 0;
  let close = -1;
  while (at < text.length && tables.problem === undefined) {
    const open = text.indexOf('<', at);
    tables.text(text.slice(at, open < 0 ? text.length : open));
    if (open < 0) break;
    if (text.startsWith('<!--', open)) {
      at = behind(text, '-->', open + 4);
      continue;
    }
    // Looked for once, however many signs stand before it.
    if (close < open) close = text.indexOf('>', open);
    if (close < 0) break;
    const tag = close - open > LONGEST_TAG ? null : /^<(\/?)([a-z][a-z0-9]{0,15})\b/i.exec(text.slice(open, open + 20));
    if (tag === null && !/^<[!?/a-z]/i.test(text.slice(open, open + 2))) tables.text('<');
    at = tag === null ? open + 1 : close + 1;
    if (tag === null) continue;
    const name = (tag[2] ?? '').toLowerCase();
    tables.tag(name, tag[1] === '/', text.slice(open, at));
    if (tag[1] === '' && (name === 'style' || name === 'script')) at = behind(text, `</${name}`, at);
  }
  return tables.problem ?? { container: 'html', sheets: tables.done().map((rows) => ({ name: '', rows })) };
}

function behind(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

function decoded(bytes: Uint8Array): string | undefined {
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe;
  const plain = marked || (bytes[0] === 0xfe && bytes[1] === 0xff) ? (marked ? 'utf-16le' : 'utf-16be') : 'utf-8';
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 2_048));
  const said = /charset\s{0,5}=\s{0,5}["']?(windows-125[28]|iso-8859-1)\b/i.exec(head)?.[1];
  try {
    const text = new TextDecoder(said?.toLowerCase() ?? plain, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The tables while the file is gone through. */
class Tables {
  problem: ProblemTold | undefined;
  private readonly all: Row[][] = [];
  /** Those that are open: one may stand in a cell of another. */
  private readonly open: Row[][] = [];
  private row = 0;
  private cells: Cell[] | undefined;
  private cell: string | undefined;
  private span = 1;

  done(): readonly (readonly Row[])[] {
    this.endRow();
    return this.all.filter((rows) => rows.length > 0);
  }

  text(raw: string): void {
    if (this.cell === undefined || raw === '') return;
    this.cell += raw.replace(/\s+/g, ' ');
    if (this.cell.length > LONGEST_CELL) this.problem = problemAt(this.row, null, 'has a cell that is too long');
  }

  tag(name: string, closing: boolean, whole: string): void {
    if (name === 'table') {
      this.endRow();
      if (closing) this.open.pop();
      else {
        const rows: Row[] = [];
        this.all.push(rows);
        this.open.push(rows);
      }
      if (this.all.length > TABLES_LIMIT)
        this.problem = problemAt(this.row, null, `has more than ${TABLES_LIMIT} tables`);
    } else if (name === 'tr') {
      this.endRow();
      if (!closing && this.open.length > 0) {
        this.cells = [];
        this.row += 1;
      }
    } else if (name === 'td' || name === 'th') {
      this.endCell();
      if (closing || this.cells === undefined) return;
      this.cell = '';
      this.span = Math.max(1, Number(/colspan\s{0,3}=\s{0,3}["']?(\d{1,3})/i.exec(whole)?.[1] ?? 1));
    } else if (this.cell !== undefined && (name === 'br' || name === 'p' || name === 'div')) this.cell += '\n';
  }

  private endCell(): void {
    if (this.cell === undefined || this.cells === undefined) return;
    this.cells.push(textCell(composed(unescaped(this.cell).trim())));
    for (let more = 1; more < this.span && this.cells.length <= COLUMNS_LIMIT; more += 1) this.cells.push(EMPTY_CELL);
    this.cell = undefined;
    if (this.cells.length > COLUMNS_LIMIT)
      this.problem = problemAt(this.row, null, `has more than ${COLUMNS_LIMIT} columns`);
  }

  private endRow(): void {
    this.endCell();
    if (this.cells?.some((cell) => cell.text !== '')) this.open.at(-1)?.push({ row: this.row, cells: this.cells });
    if (this.row > ROWS_LIMIT) this.problem = problemAt(this.row, null, `the file has more than ${ROWS_LIMIT} rows`);
    this.cells = undefined;
  }
}

/** Character references by number, by the names of HTML's own signs and of the accented Latin letters. */
const unescaped = (text: string): string =>
  text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{1,10}));/gi, (whole, decimal, hex, name) => {
      if (name !== undefined) return named(name) ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
    })
    .replaceAll('\u00a0', ' ');

function named(name: string): string | undefined {
  const sign = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (sign !== undefined) return sign;
  const [, letter = '', mark = ''] = /^([a-z])(grave|acute|circ|tilde|uml|ring|cedil)$/i.exec(name) ?? [];
  const found = MARKS[mark];
  return found === undefined ? undefined : letter + found;
}
