import { z } from 'zod';
import { agencyLevel } from '../../contracts/domain/status.ts';
import {
  createRegister,
  endsAfterItBegins,
  type Register,
  type RegisterDefinition,
  type RegisterParts,
  validityColumns,
} from './register.ts';

const row = z
  .object({
    code: z.string().max(60),
    name: z.string().max(2000),
    field_code: z.string().max(60).nullable(),
    field_name: z.string().max(500).nullable(),
    level: agencyLevel.nullable(),
    ...validityColumns,
  })
  .refine(endsAfterItBegins.check, endsAfterItBegins.params);
export type ProcedureRow = z.infer<typeof row>;

const definition: RegisterDefinition<ProcedureRow> = {
  name: 'procedure',
  table: 'procedure_entry',
  columns: ['code', 'name', 'field_code', 'field_name', 'level', 'valid_from', 'valid_to'],
  row,
};

/** The register of procedures that the province offers, each in its time. */
export const createProcedures = (parts: RegisterParts): Register<ProcedureRow> => createRegister(parts, definition);
