import { z } from 'zod';
import { statementFormat } from '../domain/statement.ts';
import { statementMap } from '../domain/statement-map.ts';
import { civilDate, instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';

/** Whole đồng as a number; what other currencies have as a decimal string. */
export const anyMoney = z
  .union([
    z.object({ amount: z.int(), currency: z.literal('VND') }),
    z.object({ amount: z.string(), currency: z.string() }),
  ])
  .meta({ id: 'AnyMoney', description: 'Whole đồng as a number; an amount of another currency as a decimal string' });

const sourceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,59}$/, 'must be small letters, digits and hyphens, such as vietcombank-statement');
const accountNumber = z
  .string()
  .transform((given) => given.replace(/[^0-9A-Za-z]/g, ''))
  .pipe(z.string().min(1).max(40));

export const statementQuery = z.strictObject({
  source: sourceName.optional().meta({
    description:
      'What it is a statement of: `vietcombank-statement`, `bank-statement`, `payment-platform`, `vietcombank-orders`, `treasury-statement`, or a source whose columns were declared. Left out, the content decides',
  }),
  account: accountNumber.optional().meta({ description: 'The account, for a file that names none' }),
  preview: z
    .enum(['true', 'false'])
    .default('false')
    .transform((given) => given === 'true')
    .meta({ description: '`true` only tells what was understood; nothing is kept' }),
});

export const fetchStatement = z
  .strictObject({
    source: z.enum(['vietcombank-orders']).meta({ description: 'Orders of Vietcombank’s gateway' }),
    date: civilDate.meta({ description: 'The last day of making that is asked for; the seven before it are, too' }),
  })
  .meta({ id: 'StatementFetchRequest' });

const accountSums = {
  account: z.string().nullable().meta({ description: 'Null where the file has several' }),
  lines: z.int(),
  opening: anyMoney.nullable(),
  closing: anyMoney.nullable(),
  credits: anyMoney,
  debits: anyMoney,
};
const statementProblem = z
  .object({
    line: z.int().meta({ description: 'Row of the file, from 1' }),
    column: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'StatementProblem' });

export const statementView = z
  .object({
    id: z.string().nullable().meta({ description: 'Null of a preview' }),
    source: z.string(),
    format: statementFormat,
    from: civilDate.nullable(),
    to: civilDate.nullable(),
    ...accountSums,
    accounts: z
      .array(z.object({ ...accountSums, from: civilDate.nullable(), to: civilDate.nullable() }))
      .meta({ description: 'Each account of the file by itself' }),
    newLines: z
      .int()
      .nullable()
      .meta({ description: 'Entries that no earlier file had, which alone count; null of a preview' }),
    digest: z.string().meta({ description: 'SHA-256 of the file’s bytes, or of what was fetched, base64url' }),
    takenAt: instant.nullable(),
    problems: z.array(statementProblem),
  })
  .meta({ id: 'Statement' });

export const statementPath = z.strictObject({ id: z.string().min(1).max(60) });
const counted = { count: z.int(), amount: z.int().meta({ description: 'Whole đồng' }) };
export const budgetTotals = z
  .object({
    items: z.array(
      z.object({
        agency: z.string().meta({ description: 'The tax office’s code; empty where none is named' }),
        chapter: z.string(),
        subItem: z.string(),
        ...counted,
      }),
    ),
    untold: z
      .object(counted)
      .meta({ description: 'Entries whose details do not come to their amount, or that have none' }),
  })
  .meta({ id: 'BudgetTotals' });

export const answerQuery = z.strictObject({
  as: z
    .enum(['text', 'json'])
    .default('text')
    .meta({ description: '`json`: as `application/json`, the file as Base64 in `content`' }),
});
export const listStatementsQuery = z.strictObject({ ...pageQuery });
export const statementPage = pageOf('StatementPage', statementView);

export const mapPath = z.strictObject({ source: sourceName });
export const declaredMap = z.object({ source: z.string(), map: statementMap }).meta({ id: 'DeclaredStatementMap' });
export const mapList = z.object({ items: z.array(declaredMap) }).meta({ id: 'DeclaredStatementMapList' });
