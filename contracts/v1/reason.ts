import { words } from '../domain/text.ts';

/** Why a person does something. It stands in the journal in clear, so a run of nine digits, which could be somebody's number, is refused. */
export const reason = words(300, 3)
  .refine((text) => !/[0-9]{9}/.test(text.replaceAll(/[ .-]/g, '')), { error: 'must not hold a number of a person' })
  .meta({ description: 'Why; kept in the journal in clear, so no personal data' });
