export const SHEETS_LIMIT = 20;
export const ROWS_LIMIT = 200_000;
export const COLUMNS_LIMIT = 64;

/**
 * One cell. Number formats lie (Vietcombank's sequence numbers are formatted as dates, WIRE.md A4.1), so a number is given
 * as the number and, where its format says so, as the date too: the reader of a column knows which it wants.
 */
export interface Cell {
  /** Text as it stands; a number in plain digits, without thousands. */
  readonly text: string;
  /** Whether the cell holds a number, not text. */
  readonly numeric: boolean;
  /** `YYYY-MM-DD`, with ` HH:mm:ss` where the number has a time of day. */
  readonly date: string | null;
}

/** A row that holds something; `row` as the program shows it, from 1. */
export interface Row {
  readonly row: number;
  readonly cells: readonly Cell[];
}

export interface Sheet {
  readonly name: string;
  readonly rows: readonly Row[];
}

export interface Workbook {
  /** How its bytes are written: HTML often stands under an `.xls` name. */
  readonly container: 'xlsx' | 'xls' | 'html';
  readonly sheets: readonly Sheet[];
}

export const EMPTY_CELL: Cell = { text: '', numeric: false, date: null };
export const textCell = (text: string): Cell => (text === '' ? EMPTY_CELL : { text, numeric: false, date: null });
