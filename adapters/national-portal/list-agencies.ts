import type { QueryOperation } from '../adapter.ts';
import { catalogueQuery } from './catalogue.ts';
import type { Portal } from './portal.ts';
import { service } from './wire.ts';

export interface AgencyListed {
  readonly code: string;
  readonly name: string;
  /** Their own word or number for the level; the list of them is not published. */
  readonly level: string;
}

/** `LayDanhMucCoQuan`: the agencies that the nation knows (WIRE.md 1.3). */
export function listAgencies(portal: Portal): QueryOperation<unknown, readonly AgencyListed[]> {
  return catalogueQuery(portal, {
    name: 'list-agencies',
    service: service.listAgencies,
    fields: () => ({}),
    key: 'MADONVI',
    item: (row): AgencyListed => ({
      code: row.text('MADONVI'),
      name: row.text('TENDONVI'),
      level: row.text('CAPDONVI'),
    }),
  });
}
