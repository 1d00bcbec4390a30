import { z } from 'zod';
import {
  type ProcedureEntry,
  procedureEntryPage,
  registerImported,
  registerImportQuery,
  registerQuery,
  type Unit,
  unitPage,
} from '../../contracts/v1/unit.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { type Problem, problem } from '../routes/problem.ts';
import { json, type Route, route, textBody } from '../routes/route.ts';
import type { ProcedureRow } from './procedures.ts';
import type { Register, RegisterRow } from './register.ts';
import type { UnitRow } from './units.ts';

export interface RegisterRooms {
  readonly units: Register<UnitRow>;
  readonly procedures: Register<ProcedureRow>;
}

const tags = ['administration'] as const;
const get = { method: 'get', scope: 'admin:units', tags, query: registerQuery, problems: ['invalid-cursor'] } as const;
const importing = {
  method: 'post',
  scope: 'admin:units',
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

const unitView = (unit: UnitRow): Unit => ({
  code: unit.code,
  name: unit.name,
  kind: unit.kind,
  level: unit.level,
  province: unit.province,
  district: unit.district,
  parent: unit.parent,
  gsoCode: unit.gso_code,
  validFrom: unit.valid_from,
  validTo: unit.valid_to,
});

const procedureView = (entry: ProcedureRow): ProcedureEntry => ({
  code: entry.code,
  name: entry.name,
  fieldCode: entry.field_code,
  fieldName: entry.field_name,
  level: entry.level,
  validFrom: entry.valid_from,
  validTo: entry.valid_to,
});

/** The registers: units and procedures, each row in its time. */
export const registerRoutes = ({ registers }: { readonly registers: RegisterRooms }): readonly Route[] => [
  route(
    {
      ...get,
      path: '/v1/admin/units',
      operationId: 'listUnits',
      summary: 'List administrative units and agencies',
      description: 'Every unit in every validity; `at` shows one day.',
      responses: { 200: json(unitPage, 'A page of units') },
    },
    async ({ query }) => ({ status: 200, body: await pageOf(registers.units, query, unitView) }),
  ),
  route(
    {
      ...importing,
      path: '/v1/admin/units/import',
      operationId: 'importUnits',
      summary: 'Load units from CSV',
    },
    ({ query, body, principal }) => load(registers.units, query, body, principal.id),
  ),
  route(
    {
      ...get,
      path: '/v1/admin/procedures',
      operationId: 'listProcedureEntries',
      summary: 'List the procedures that the province offers',
      description:
        'Every procedure in every validity; `at` shows one day. What the nation publishes is `/v1/procedures`.',
      responses: { 200: json(procedureEntryPage, 'A page of procedures') },
    },
    async ({ query }) => ({ status: 200, body: await pageOf(registers.procedures, query, procedureView) }),
  ),
  route(
    {
      ...importing,
      path: '/v1/admin/procedures/import',
      operationId: 'importProcedures',
      summary: 'Load procedures from CSV',
    },
    ({ query, body, principal }) => load(registers.procedures, query, body, principal.id),
  ),
];

async function pageOf<Row extends RegisterRow, View>(
  register: Register<Row>,
  query: z.output<typeof registerQuery>,
  view: (row: Row) => View,
) {
  const after = positionOf(query.cursor, z.tuple([z.string(), z.string()]));
  const rows = await register.list({
    at: query.at,
    code: query.code,
    after: after && { code: after[0], validFrom: after[1] },
    limit: query.limit,
  });
  return pageFrom(rows, query.limit, view, (row) => [row.code, row.valid_from]);
}

async function load<Row extends RegisterRow>(
  register: Register<Row>,
  query: z.output<typeof registerImportQuery>,
  csv: string,
  actor: string,
): Promise<{ readonly status: 200; readonly body: z.input<typeof registerImported> } | Problem<'validation-failed'>> {
  const dryRun = query.dryRun === 'true';
  const { validFrom, province } = query;
  const answer = await register.import({ csv, dryRun, actor, validFrom, province });
  if (answer.kind === 'refused')
    return problem('validation-failed', {
      detail: 'nothing was changed',
      errors: answer.errors.map(({ line, column, message }) => ({
        in: 'body',
        pointer: '',
        message: `line ${line}${column === null ? '' : `, ${column}`}: ${message}`,
      })),
    });
  const { kind: _kind, ...counts } = answer;
  return { status: 200, body: { ...counts, dryRun } };
}
