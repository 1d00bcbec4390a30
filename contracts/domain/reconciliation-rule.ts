import { z } from 'zod';
import { direction } from './statement.ts';
import { words } from './text.ts';
import { civilDate } from './time.ts';

/** Of đồng: more is a typing error. */
const MOST_VND = 1_000_000_000;
const vnd = z.int().min(0).max(MOST_VND);
const side = z.enum(['bank', 'orders', 'platform', 'tax']);
const shared = {
  priority: z.int().min(0).max(10_000).default(100).meta({ description: 'The smallest is asked first, then by name' }),
  validFrom: civilDate.nullable().default(null).meta({ description: 'First day of lines that it is for' }),
  validTo: civilDate.nullable().default(null).meta({ description: 'Last day of lines that it is for' }),
};
const anySide = side.nullable().default('bank').meta({ description: 'Whose lines it is for; null: everybody’s' });
const toleranceVnd = vnd.default(0).meta({ description: 'Whole đồng that may be missing or too much' });
const marks = z.array(words(60)).max(50).meta({ description: 'Without regard to case and marks; one is enough' });
const fee = z
  .union([
    z.literal('stated'),
    z.strictObject({
      perPaymentVnd: vnd.default(0),
      perMille: z
        .number()
        .min(0)
        .max(1000)
        .refine(hasThreeDecimals, 'must have three decimals at most')
        .default(0)
        .meta({ description: 'Of each payment, rounded to the đồng, halves up' }),
    }),
  ])
  .meta({ description: 'What is kept of each payment; `stated`: what the line itself says was kept' });

/** How entries are told that are the other side's own and pay nobody's due. */
const ownLine = z.strictObject({
  kind: z.literal('own-line'),
  ...shared,
  side: anySide,
  direction,
  prefixes: z
    .array(z.string().regex(/^[0-9A-Z]{2,20}$/))
    .max(50)
    .default([])
    .meta({ description: 'What the document number begins with; none: any number' }),
  words: marks.default([]).meta({ description: 'Of which the narrative has one; none: any narrative' }),
});

/** A credit that names one payment and is its amount less a fee. */
const netOfFee = z.strictObject({
  kind: z.literal('net-of-fee'),
  ...shared,
  side: anySide,
  fee,
  toleranceVnd,
  windowDays: z
    .int()
    .min(0)
    .max(60)
    .nullable()
    .default(null)
    .meta({ description: 'Days between payment and line at most; null: any' }),
});

/** One credit for all that one channel took for one account on a day, a working day or more before. */
const bundledCredit = z.strictObject({
  kind: z.literal('bundled-credit'),
  ...shared,
  side: z.literal('bank').default('bank'),
  channel: z
    .string()
    .regex(/^[a-z][a-z0-9-]{1,59}$/)
    .meta({ description: 'Whose payments are credited together, such as `vietcombank`' }),
  words: marks.min(1),
  fee,
  toleranceVnd,
  windowDays: z.int().min(1).max(10).default(1).meta({ description: 'Working days that it may be later' }),
});

/** How near in time an amount alone is worth proposing. */
const amountAndTime = z.strictObject({
  kind: z.literal('amount-and-time'),
  ...shared,
  side: anySide,
  windowDays: z.int().min(0).max(45).meta({ description: 'Days between payment and line at most' }),
});

/**
 * A rule by which lines are held against what is recorded, for lines of its days alone. Tolerance is none unless a rule
 * states one, and what agrees only by a fee or a tolerance is `tolerated`, never `matched`.
 */
export const reconciliationRule = z
  .discriminatedUnion('kind', [ownLine, netOfFee, bundledCredit, amountAndTime])
  .superRefine((rule, context) => {
    if (rule.kind === 'own-line' && rule.prefixes.length === 0 && rule.words.length === 0)
      context.addIssue({ code: 'custom', path: ['words'], message: 'or `prefixes` must name something' });
    if (rule.validFrom !== null && rule.validTo !== null && rule.validTo < rule.validFrom)
      context.addIssue({ code: 'custom', path: ['validTo'], message: 'must not be before `validFrom`' });
  })
  .meta({ id: 'ReconciliationRule' });
export type ReconciliationRule = z.output<typeof reconciliationRule>;
export type Fee = z.output<typeof fee>;

/** Thousandths of a mille, whole. */
export const millionthsOf = (perMille: number): number => Math.round(perMille * 1000);
function hasThreeDecimals(perMille: number): boolean {
  return Math.abs(perMille * 1000 - millionthsOf(perMille)) < 1e-6;
}

/** Names of what is not a rule that somebody may change: what agrees by them is decided otherwise. */
const FIXED_NAMES: ReadonlySet<string> = new Set([
  ...['exact-reference', 'several-lines', 'several-payments', 'dossier-code', 'cut-reference', 'lookalike-reference'],
  ...['misspelt-reference', 'money-returned', 'not-paid', 'nothing-moved', 'later-round', 'decision-number'],
]);
export const ruleName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,59}$/, 'must be small letters, digits and hyphens, such as vietcombank-settlement')
  .refine((name) => !FIXED_NAMES.has(name), 'is the name of what agrees without a rule');
