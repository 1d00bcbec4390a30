import { z } from 'zod';
import { words } from './text.ts';

/** What a column of a file may hold. */
export const statementColumn = z.enum([
  'date',
  'valueDate',
  'time',
  'documentNumber',
  'credit',
  'debit',
  /** One amount; which way it moved says its sign, or `direction`. */
  'amount',
  'direction',
  'balance',
  'narrative',
  'reference',
  'account',
  'currency',
  'fee',
  'status',
]);
export type StatementColumn = z.output<typeof statementColumn>;

const column = z.union([
  z.int().min(1).max(256).meta({ description: 'Its place, from 1' }),
  words(120).meta({ description: 'Its head, without regard to case and marks' }),
]);
const several = z.union([column, z.array(column).min(1).max(10)]);

/**
 * How a file of a source is written that the program does not know by itself: which column holds what. It is data, kept
 * per source, so that a new bank or a changed layout needs no new program.
 */
export const statementMap = z
  .strictObject({
    delimiter: z.enum([',', ';', '|', 'tab']).default(',').meta({ description: 'Of a text file; a workbook has none' }),
    headRow: z
      .int()
      .min(0)
      .max(1000)
      .default(1)
      .meta({ description: 'Row of the heads, from 1; 0: there is none, and every column is named by its place' }),
    columns: z.partialRecord(statementColumn, several).meta({
      description: 'Which column holds what; several columns are joined, which only narratives make sense of',
    }),
    dateOrder: z.enum(['dmy', 'ymd', 'mdy']).default('dmy'),
    decimalPoint: z
      .enum(['.', ','])
      .nullable()
      .default(null)
      .meta({ description: 'Null: what each amount shows; a lone mark before three digits is then thousands of đồng' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('VND'),
    debitWords: z
      .array(words(40))
      .max(20)
      .default(['D', 'DR', 'DEBIT', '-', 'GHI NO', 'NO'])
      .meta({ description: 'What `direction` holds for money that goes out; anything else comes in' }),
    side: z
      .enum(['bank', 'platform', 'tax'])
      .default('bank')
      .meta({ description: 'Whose word it is: what it is held against' }),
    totalWords: z
      .array(words(60))
      .max(20)
      .default(['tổng', 'tổng số', 'tổng cộng', 'total'])
      .meta({ description: 'A row whose first words these are ends the entries' }),
  })
  .superRefine((map, context) => {
    const has = (name: StatementColumn) => map.columns[name] !== undefined;
    if (!has('date')) context.addIssue({ code: 'custom', path: ['columns', 'date'], message: 'is required' });
    if (!has('amount') && !has('credit') && !has('debit'))
      context.addIssue({ code: 'custom', path: ['columns'], message: 'must name `amount`, `credit` or `debit`' });
    if (has('amount') && (has('credit') || has('debit')))
      context.addIssue({
        code: 'custom',
        path: ['columns', 'amount'],
        message: 'cannot stand beside credit and debit',
      });
    if (
      map.headRow === 0 &&
      Object.values(map.columns)
        .flat()
        .some((name) => typeof name === 'string')
    )
      context.addIssue({ code: 'custom', path: ['columns'], message: 'must be places where there are no heads' });
  })
  .meta({ id: 'StatementMap' });
export type StatementMap = z.output<typeof statementMap>;
