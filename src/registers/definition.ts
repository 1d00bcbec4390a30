import { z } from 'zod';
import { civilDate } from '../../contracts/domain/time.ts';

/** A row of a register as the file and the table have it. Dates are civil days, the last one included. */
export interface RegisterRow {
  readonly code: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
}

/** What one register is made of. Table and column names are the program's own. */
export interface RegisterDefinition<Row extends RegisterRow> {
  readonly name: 'unit' | 'procedure' | 'beneficiary' | 'fee';
  readonly table: 'unit' | 'procedure_entry' | 'beneficiary_account' | 'fee_entry';
  readonly columns: readonly (keyof Row & string)[];
  /** What may stand once on one day; `code` is its first. */
  readonly key: readonly (keyof Row & string)[];
  /** Columns that hold whole numbers. */
  readonly numbers?: readonly (keyof Row & string)[];
  /** Each code that a file changed has its own line in the journal, beside the line of the file. */
  readonly linePerCode?: true;
  /** Parses the cells of one line; an empty cell is null. */
  readonly row: z.ZodType<Row>;
  /** Lays out a file of another shape as a file of ours. Answers undefined where it is ours already, or nobody's. */
  readonly adapt?: (
    columns: readonly string[],
    cells: Readonly<Record<string, string>>,
    given: ImportDefaults,
  ) => Readonly<Record<string, string | undefined>> | undefined;
}

export interface ImportDefaults {
  readonly validFrom: string | undefined;
  readonly province: string | undefined;
}

/** Where a row stands among all others: its key, then its first day. Rows are listed in this order. */
export const placeOf = <Row extends RegisterRow>({ key }: RegisterDefinition<Row>, row: Row): readonly string[] =>
  [...key, 'valid_from' as const].map((column) => String(row[column]));

/** Columns that every register has. */
export const validityColumns = { valid_from: civilDate, valid_to: civilDate.nullable() };

/** A row of these columns; a validity cannot end before it begins. */
export const rowOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.object({ ...shape, ...validityColumns }).refine(endsAfterItBegins, {
    path: ['valid_to'],
    error: 'must not lie before valid_from',
  });

const endsAfterItBegins = (row: object): boolean => {
  const { valid_from, valid_to } = row as RegisterRow;
  return valid_to === null || valid_to >= valid_from;
};
