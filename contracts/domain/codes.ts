import { z } from 'zod';

/**
 * A dossier code is opaque: before the merger it was `V1V2V3.Z1Z2.Y1Y2.MX-YYMMDD-XXXX`, since then `Hnn.n-…`
 * (WIRE.md 7.1), and old ones stay in use. It is only bounded, so that it fits a key and a URL path segment,
 * and brought to one spelling (Unicode NFC), so that the same code is the same dossier.
 */
export const dossierCode = z
  .string()
  .normalize()
  .min(1)
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._\-/:]*$/u,
    'must begin with a letter or digit and hold only letters, digits and . _ - / :',
  )
  .meta({ id: 'DossierCode', examples: ['H02.15.03-221201-0001'] });

/** The identifier of an agency as the nation writes it, such as `H05.12` or `000.00.15.H02` (WIRE.md 7.1). */
export const agencyCode = z
  .string()
  .normalize()
  .min(1)
  .max(60)
  .meta({ id: 'AgencyCode', examples: ['H02.15.03'] });

/** The code of an administrative procedure, such as `1.001193` or `2.000488.000.00.00.H56` (WIRE.md 7.1). */
export const procedureCode = z
  .string()
  .normalize()
  .min(1)
  .max(60)
  .meta({ id: 'ProcedureCode', examples: ['1.001193'] });
