import { z } from 'zod';
import { holdsNumberInAWord } from '../domain/personal-number.ts';
import { asGiven } from '../domain/text.ts';

/** A document's or case's number as offices write it: after four letters at most it begins with digits, which no name does. */
const reference = asGiven(40)
  .regex(
    /^([A-ZĐ]{1,4}[.-])?[0-9]{1,6}([/-]([A-ZĐ]{1,10}[0-9]{0,4}|[0-9]{1,6})){0,5}$/,
    'must be the number of a document, such as 123/2026/QĐ-UBND',
  )
  .refine((text) => !holdsNumberInAWord(text), { error: 'must not hold a number of a person' })
  .meta({ description: 'The case that it is for, such as the number of a document', examples: ['123/QĐ-UBND'] });

/** For which purpose personal data is asked for, from the list of the configuration, and for which case. */
export interface RevealFor {
  readonly reveal?: string | undefined;
  readonly reference?: string | undefined;
}

export const revealQueryOf = (purposes: readonly string[]) =>
  z
    .strictObject({
      reveal: z
        .enum(purposes as [string, ...string[]], { error: 'must be a purpose of the list' })
        .optional()
        .meta({
          description:
            'Purpose of seeing personal data, one of the list that the gateway is configured with (`REVEAL_PURPOSES`); needs the scope `reveal` and is kept in the journal',
        }),
      reference: reference.optional(),
    })
    .refine((query) => query.reference === undefined || query.reveal !== undefined, {
      path: ['reveal'],
      error: 'is required with a reference',
    });

/** What the journal keeps: the purpose, and the case behind it; undefined where none is named. */
export const purposeOf = ({ reveal, reference }: RevealFor): string | undefined =>
  reveal === undefined || reference === undefined ? reveal : `${reveal} ${reference}`;
