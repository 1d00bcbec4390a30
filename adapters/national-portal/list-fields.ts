import type { QueryOperation } from '../adapter.ts';
import { catalogueQuery } from './catalogue.ts';
import type { Portal } from './portal.ts';
import { service } from './wire.ts';

export interface FieldListed {
  readonly code: string;
  readonly name: string;
  readonly sector: string;
}

/** `LayDanhMucLinhVuc`: the fields that procedures belong to (WIRE.md 1.3). */
export function listFields(portal: Portal): QueryOperation<unknown, readonly FieldListed[]> {
  return catalogueQuery(portal, {
    name: 'list-fields',
    service: service.listFields,
    fields: () => ({}),
    key: 'MALINHVUC',
    item: (row): FieldListed => ({
      code: row.text('MALINHVUC'),
      name: row.text('TENLINHVUC'),
      sector: row.text('MANGANH'),
    }),
  });
}
