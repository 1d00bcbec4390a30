import type { z } from 'zod';
import { asGiven, boundedText, composed } from './text.ts';

/** Begins with a letter or digit of any script and holds only those and `. _ - / :`. */
const CODE = /^[\p{L}\p{N}][\p{L}\p{N}._\-/:]*$/u;
/** The same of ASCII, and any other character: what every engine of patterns can tell. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what must not stand in a code
const PUBLISHED_CODE = /^[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f][^\x00-\x2c\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]*$/;
const CODE_RULE = 'must begin with a letter or digit and hold only letters, digits and . _ - / :';

/** Nothing but as many digits as an identity, tax or phone number has: no code of a dossier or a fee is that. */
const BARE_NUMBER = /^(?:[\p{Nd}\p{No}]{9,10}|[\p{Nd}\p{No}]{12})$/u;
const isNoBareNumber = (text: string): boolean => !BARE_NUMBER.test(text);
const BARE_NUMBER_RULE = 'must not be a mere number of 9, 10 or 12 digits, which may be somebody’s';

/** Whether a text may stand in the clear as the code of a dossier, whoever wrote it. */
export const isCode = (text: string): boolean => CODE.test(text) && isNoBareNumber(text);

/**
 * A dossier code is opaque: before the merger it was `V1V2V3.Z1Z2.Y1Y2.MX-YYMMDD-XXXX`, since then `Hnn.n-…`
 * (WIRE.md 7.1), and old ones stay in use. It is only bounded, so that it fits a key and a URL path segment,
 * and brought to one spelling (Unicode NFC), so that the same code is the same dossier.
 */
export const dossierCode = boundedText(100)
  .min(1)
  .regex(PUBLISHED_CODE, { error: CODE_RULE, abort: true })
  .refine((code) => CODE.test(code), CODE_RULE)
  .refine(isNoBareNumber, BARE_NUMBER_RULE)
  .meta({
    id: 'DossierCode',
    description:
      'Begins with a letter or digit of any script, and holds only letters, digits and `.` `_` `-` `/` `:`; not a mere number of 9, 10 or 12 digits',
    examples: ['H02.15.03-221201-0001'],
  });

/** A code that stands in a list or a register: as above, and behind one blank what begins with a digit, as in `LP 01`. */
const LISTED = /^[\p{L}\p{N}][\p{L}\p{N}._\-/:]*(?: \p{Nd}[\p{L}\p{N}._\-/:]*)?$/u;
/** The same as every engine can tell, or nothing. */
const PUBLISHED_LISTED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among what must not stand in a code
  /^([^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f][^\x00-\x2c\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]*( [0-9][^\x00-\x2c\x3b-\x40\x5b-\x5e\x60\x7b-\x7f]*)?)?$/;
const LONGEST_LISTED = 60;
/** No code of an agency, a procedure or a field has as many digits in a row; numbers of people do. */
const LONG_NUMBER = /[\p{Nd}\p{No}]{9}/u;

const isListed = (text: string): boolean => text === '' || LISTED.test(composed(text));

/**
 * Whether a text may stand in the clear as the code of an agency, a procedure or a field, whoever wrote it: codes of the
 * nation are letters, digits and points (WIRE.md 7.1), and neither a name, an address nor somebody's number.
 */
export const isNationalCode = (text: string): boolean =>
  text.length <= LONGEST_LISTED && LISTED.test(text) && !LONG_NUMBER.test(text);

/** Judged as it composes, and left as it is: digests of what is held were made of texts as given. */
const listed = (schema: z.ZodString) =>
  schema.regex(PUBLISHED_LISTED, { error: CODE_RULE, abort: true }).refine(isListed, { error: CODE_RULE, abort: true });
const national = (schema: z.ZodString) =>
  listed(schema).refine((code) => !LONG_NUMBER.test(code), 'must not hold nine digits in a row');

/** The identifier of an agency as the nation writes it, such as `H05.12` or `000.00.15.H02` (WIRE.md 7.1). */
export const agencyCode = national(boundedText(LONGEST_LISTED).min(1)).meta({
  id: 'AgencyCode',
  examples: ['H02.15.03'],
});

/** The code of an administrative procedure, such as `1.001193` or `2.000488.000.00.00.H56` (WIRE.md 7.1). */
export const procedureCode = national(boundedText(LONGEST_LISTED).min(1)).meta({
  id: 'ProcedureCode',
  examples: ['1.001193'],
});

/** The code of a field of procedures, such as `G15-TP01`; "" for none. */
export const fieldCode = national(asGiven(LONGEST_LISTED)).meta({ examples: ['G15-TP01'] });

/** The code of a fee, such as `LP01`, in whatever list it stands: those of some may be long numbers. */
export const feeCode = (schema: z.ZodString) =>
  listed(schema)
    .refine(isNoBareNumber, BARE_NUMBER_RULE)
    .meta({ examples: ['LP01'] });
