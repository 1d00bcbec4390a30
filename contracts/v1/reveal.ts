import { z } from 'zod';
import { holdsNumberInAWord } from '../domain/personal-number.ts';
import { asGiven } from '../domain/text.ts';

const reference = asGiven(40)
  .regex(
    /^(?=.*[0-9])[A-Za-zĐđ0-9][A-Za-zĐđ0-9/.-]{0,39}$/,
    'must be letters, digits, / - and . with a digit, at most 40',
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
