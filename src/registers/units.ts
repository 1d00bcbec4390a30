import { z } from 'zod';
import { agencyLevel } from '../../contracts/domain/status.ts';
import { type ImportDefaults, type RegisterDefinition, rowOf } from './definition.ts';
import { createRegister, type Register, type RegisterParts } from './register.ts';

const row = rowOf({
  code: z.string().max(60),
  name: z.string().max(500),
  kind: z.string().max(60),
  level: agencyLevel,
  province: z.string().max(20),
  district: z.string().max(60).nullable(),
  parent: z.string().max(60).nullable(),
  gso_code: z.string().max(20).nullable(),
});
export type UnitRow = z.infer<typeof row>;

/** Code of a unit whose national number is not published: the number of the statistics office, and said so. */
export const gsoUnitCode = (gsoCode: string): string => `gso:${gsoCode}`;

/**
 * The two files of facts have columns of their own. The communes (`gso_code,kind,name,former_province`) have no
 * national number yet, so the statistics office's number stands for it; the provinces are `code,name` alone.
 */
function adapt(
  columns: readonly string[],
  cells: Readonly<Record<string, string>>,
  given: ImportDefaults,
): Readonly<Record<string, string | undefined>> | undefined {
  if (columns.includes('gso_code') && !columns.includes('code')) {
    const { gso_code: gso = '', kind, name } = cells;
    return {
      code: gso === '' ? '' : gsoUnitCode(gso),
      ...{ name, kind, gso_code: gso },
      ...{ level: 'commune', province: given.province, parent: given.province },
    };
  }
  if (columns.length === 2 && columns.includes('code') && columns.includes('name')) {
    const { code, name } = cells;
    return { code, name, kind: 'province', level: 'province', province: code };
  }
  return undefined;
}

const definition: RegisterDefinition<UnitRow> = {
  name: 'unit',
  table: 'unit',
  columns: ['code', 'name', 'kind', 'level', 'province', 'district', 'parent', 'gso_code', 'valid_from', 'valid_to'],
  key: ['code'],
  row,
  adapt,
};

/** The register of administrative units and agencies. */
export const createUnits = (parts: RegisterParts): Register<UnitRow> => createRegister(parts, definition);
