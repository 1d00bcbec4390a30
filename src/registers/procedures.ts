import { z } from 'zod';
import { agencyLevel } from '../../contracts/domain/status.ts';
import { type RegisterDefinition, rowOf } from './definition.ts';
import { createRegister, type Register, type RegisterParts } from './register.ts';

const row = rowOf({
  code: z.string().max(60),
  name: z.string().max(2000),
  field_code: z.string().max(60).nullable(),
  field_name: z.string().max(500).nullable(),
  level: agencyLevel.nullable(),
});
export type ProcedureRow = z.infer<typeof row>;

const definition: RegisterDefinition<ProcedureRow> = {
  name: 'procedure',
  table: 'procedure_entry',
  columns: ['code', 'name', 'field_code', 'field_name', 'level', 'valid_from', 'valid_to'],
  key: ['code'],
  row,
};

/** The register of procedures that the province offers, each in its time. */
export const createProcedures = (parts: RegisterParts): Register<ProcedureRow> => createRegister(parts, definition);
