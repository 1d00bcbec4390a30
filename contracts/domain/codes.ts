import { boundedText } from './text.ts';

/** Begins with a letter or digit of any script and holds only those and `. _ - / :`. */
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._\-/:]*$/u;
/** The same of ASCII, and any other character: what every engine of patterns can tell. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what must not stand in a code
const PUBLISHED_CODE = /^[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f][^\x00-\x2c\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]*$/;
const CODE_RULE = 'must begin with a letter or digit and hold only letters, digits and . _ - / :';

/**
 * A dossier code is opaque: before the merger it was `V1V2V3.Z1Z2.Y1Y2.MX-YYMMDD-XXXX`, since then `Hnn.n-…`
 * (WIRE.md 7.1), and old ones stay in use. It is only bounded, so that it fits a key and a URL path segment,
 * and brought to one spelling (Unicode NFC), so that the same code is the same dossier.
 */
export const dossierCode = boundedText(100)
  .min(1)
  .regex(PUBLISHED_CODE, { error: CODE_RULE, abort: true })
  .refine((code) => CODE.test(code), CODE_RULE)
  .meta({
    id: 'DossierCode',
    description: 'Begins with a letter or digit of any script, and holds only letters, digits and `.` `_` `-` `/` `:`',
    examples: ['H02.15.03-221201-0001'],
  });

/** The identifier of an agency as the nation writes it, such as `H05.12` or `000.00.15.H02` (WIRE.md 7.1). */
export const agencyCode = boundedText(60)
  .min(1)
  .meta({ id: 'AgencyCode', examples: ['H02.15.03'] });

/** The code of an administrative procedure, such as `1.001193` or `2.000488.000.00.00.H56` (WIRE.md 7.1). */
export const procedureCode = boundedText(60)
  .min(1)
  .meta({ id: 'ProcedureCode', examples: ['1.001193'] });
