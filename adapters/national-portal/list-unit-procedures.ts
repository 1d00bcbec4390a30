import type { QueryOperation } from '../adapter.ts';
import { catalogueQuery } from './catalogue.ts';
import { type ProcedureListed, procedureListed } from './list-procedures.ts';
import type { Portal } from './portal.ts';
import { service } from './wire.ts';

export interface UnitProceduresInput {
  /** The agency's code, such as `H05.12`. */
  readonly unit: string;
}

/** `LayDanhSachTTHCDonVi`: the procedures that one unit offers (WIRE.md 1.3). */
export function listUnitProcedures(portal: Portal): QueryOperation<UnitProceduresInput, readonly ProcedureListed[]> {
  return catalogueQuery(portal, {
    name: 'list-unit-procedures',
    service: service.listUnitProcedures,
    fields: (input: UnitProceduresInput) => ({ maDonVi: input.unit }),
    key: 'MATTHC',
    item: procedureListed,
  });
}
