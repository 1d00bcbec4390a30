import { holdsNumber } from '../domain/personal-number.ts';
import { words } from '../domain/text.ts';

/** Why a person does something. It is sealed where it is kept; a number that could be somebody's is refused besides. */
export const reason = words(300, 3)
  .refine((text) => !holdsNumber(text), { error: 'must not hold a number of a person' })
  .meta({ description: 'Why; kept sealed and shown to whoever may see the act. It holds no number of a person' });
