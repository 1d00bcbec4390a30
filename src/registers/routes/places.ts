import { type ProcedureEntry, procedureEntryPage, type Unit, unitPage } from '../../../contracts/v1/unit.ts';
import { json, type Route, route } from '../../routes/route.ts';
import type { ProcedureRow } from '../procedures.ts';
import type { Register } from '../register.ts';
import type { UnitRow } from '../units.ts';
import { get, importing, load, pageOf } from './shared.ts';

interface Places {
  readonly units: Register<UnitRow>;
  readonly procedures: Register<ProcedureRow>;
}

const scope = 'admin:units';

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

/** The registers of where and what: units and procedures, each row in its time. */
export const placeRoutes = ({ registers }: { readonly registers: Places }): readonly Route[] => [
  route(
    {
      ...get,
      scope,
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
      scope,
      path: '/v1/admin/units/import',
      operationId: 'importUnits',
      summary: 'Load units from CSV',
    },
    ({ query, body, principal }) => load(registers.units, query, body, principal.id),
  ),
  route(
    {
      ...get,
      scope,
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
      scope,
      path: '/v1/admin/procedures/import',
      operationId: 'importProcedures',
      summary: 'Load procedures from CSV',
    },
    ({ query, body, principal }) => load(registers.procedures, query, body, principal.id),
  ),
];
