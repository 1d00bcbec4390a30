import { z } from 'zod';

/** What a due is for. */
export const taxKind = z
  .enum(['registration-fee', 'land-use', 'personal-income', 'land-rent', 'water-rent', 'other'])
  .meta({ id: 'TaxKind' });

/** How a due stands: `replaced` by a later notice of its number; `deferred` where it is recorded as a debt. */
export const dueState = z.enum(['open', 'paid', 'deferred', 'replaced']).meta({ id: 'TaxDueState' });
export type DueState = z.infer<typeof dueState>;

/**
 * What does not agree: their own amounts, more was proven to be paid than was due, or a notice that another had taken the
 * place of was told once more.
 */
export const dueFinding = z.enum(['does-not-add-up', 'paid-too-much', 'told-before']).meta({ id: 'TaxDueFinding' });
export type DueFinding = z.infer<typeof dueFinding>;

/** How a transfer slip stands: `awaiting` what is asked after it; `refused` also where every question was. */
export const slipState = z
  .enum(['sending', 'awaiting', 'answered', 'refused', 'uncertain'])
  .meta({ id: 'TransferSlipState' });
export type SlipState = z.infer<typeof slipState>;

/** How a question after a slip stands: `asked` until their answer is complete. */
export const questionState = z
  .enum(['sending', 'asked', 'answered', 'refused', 'uncertain', 'unanswered'])
  .meta({ id: 'LandTaxQuestionState' });
export type QuestionState = z.infer<typeof questionState>;
