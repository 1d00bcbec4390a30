import type { QueryOperation } from '../adapter.ts';
import { catalogueQuery } from './catalogue.ts';
import type { Portal } from './portal.ts';
import type { Row } from './rows.ts';
import { service } from './wire.ts';

export interface ProcedureListed {
  readonly code: string;
  readonly name: string;
  readonly field: { readonly code: string; readonly name: string };
}

export function procedureListed(row: Row): ProcedureListed {
  return {
    code: row.text('MATTHC'),
    name: row.text('TENTTHC'),
    field: { code: row.text('MALINHVUC'), name: row.text('TENLINHVUC') },
  };
}

/** `LayDanhSachTTHC`: every procedure of the national base (WIRE.md 1.3). */
export function listProcedures(portal: Portal): QueryOperation<unknown, readonly ProcedureListed[]> {
  return catalogueQuery(portal, {
    name: 'list-procedures',
    service: service.listProcedures,
    fields: () => ({}),
    key: 'MATTHC',
    item: procedureListed,
  });
}
