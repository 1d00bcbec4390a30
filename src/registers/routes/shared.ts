import { z } from 'zod';
import type { FieldError } from '../../../contracts/v1/problem.ts';
import { registerImported, registerImportQuery, registerQuery } from '../../../contracts/v1/register.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { type Problem, problem } from '../../routes/problem.ts';
import { json, textBody } from '../../routes/route.ts';
import type { LineError } from '../csv.ts';
import { placeOf, type RegisterRow } from '../definition.ts';
import type { Register } from '../register.ts';

export const tags = ['administration'] as const;
export const get = { method: 'get', tags, query: registerQuery, problems: ['invalid-cursor'] } as const;
export const importing = {
  method: 'post',
  idempotent: { exempt: 'the same file again changes nothing' },
  description:
    'All of the file or nothing of it; errors name their lines. `dryRun=true` only checks and counts. A row with the same code and `valid_from` is changed, another validity is added; validities of one code may not share a day.',
  tags,
  query: registerImportQuery,
  body: textBody('text/csv'),
  bodyLimitBytes: 8 * 1024 * 1024,
  responses: { 200: json(registerImported, 'What came of it') },
  problems: ['validation-failed'],
} as const;

export async function pageOf<Row extends RegisterRow, View>(
  register: Register<Row>,
  query: z.output<typeof registerQuery>,
  view: (row: Row) => View,
) {
  const { definition } = register;
  const after = positionOf(query.cursor, z.array(z.string()).length(definition.key.length + 1));
  const rows = await register.list({ at: query.at, code: query.code, after, limit: query.limit });
  return pageFrom(rows, query.limit, view, (row) => placeOf(definition, row));
}

export async function load<Row extends RegisterRow>(
  register: Register<Row>,
  query: z.output<typeof registerImportQuery>,
  csv: string,
  actor: string,
): Promise<{ readonly status: 200; readonly body: z.input<typeof registerImported> } | Problem<'validation-failed'>> {
  const dryRun = query.dryRun === 'true';
  const { validFrom, province } = query;
  const answer = await register.import({ csv, dryRun, actor, validFrom, province });
  if (answer.kind === 'refused')
    return refused(answer.errors, ({ line, column, message }) => ({
      pointer: '',
      message: `line ${line}${column === null ? '' : `, ${column}`}: ${message}`,
    }));
  const { kind: _kind, ...counts } = answer;
  return { status: 200, body: { ...counts, dryRun } };
}

/** What stands for the code after its entries took the place of what stood; `member` is their name in the body. */
export async function replace<Row extends RegisterRow>(
  register: Register<Row>,
  command: Parameters<Register<Row>['replace']>[0],
  member: string,
): Promise<{ readonly rows: readonly Row[] } | Problem<'validation-failed'>> {
  const answer = await register.replace(command);
  if (answer.kind === 'stands') return answer;
  return refused(answer.errors, ({ line, column, message }) => ({
    pointer: `/${member}/${line - 1}${column === null ? '' : `/${camel(column)}`}`,
    message: camel(message),
  }));
}

const refused = (
  errors: readonly LineError[],
  view: (error: LineError) => Omit<FieldError, 'in'>,
): Problem<'validation-failed'> =>
  problem('validation-failed', {
    detail: 'nothing was changed',
    errors: errors.map((error) => ({ in: 'body', ...view(error) })),
  });

/** Columns in a text as the contract names them: `valid_from` is `validFrom`. */
const camel = (text: string): string => text.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
