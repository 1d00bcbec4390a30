import { z } from 'zod';
import { dossierCode, feeCode } from '../domain/codes.ts';
import { email, identity } from '../domain/dossier.ts';
import { money } from '../domain/money.ts';
import { factKind, factSource, paymentDoubt, paymentMethod, paymentState } from '../domain/payment-state.ts';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';
import { asUri, webAddress } from '../domain/web-address.ts';
import { pageOf, pageQuery } from './page.ts';

const text = (max: number) => words(max);
const uri = webAddress(2000).transform((given) => asUri(given) ?? given);
/** Programs write an empty text for one that is absent. */
const absentIfEmpty = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((given) => (given === '' ? null : given), schema.nullish());

/** What one payment may come to; more is nobody's fee, and leaves room to add many up exactly. */
const MOST_VND = 1_000_000_000_000;

const positive = money
  .refine(({ amount }) => amount > 0, { path: ['amount'], error: 'must be more than nothing' })
  .refine(({ amount }) => amount <= MOST_VND, { path: ['amount'], error: `must be at most ${MOST_VND}` });

export const paymentRequest = z
  .strictObject({
    dossierCode,
    method: paymentMethod,
    items: z
      .array(
        z.strictObject({
          kind: z.enum(['fee', 'charge']).meta({ description: '`fee` is phí, `charge` is lệ phí' }),
          code: feeCode(text(60)),
          name: text(500),
          amount: positive,
        }),
      )
      .min(1)
      .max(50),
    payer: z.strictObject({
      name: text(500),
      identity: identity.nullish(),
      phone: absentIfEmpty(text(40)),
      email: absentIfEmpty(email),
      address: text(1000).nullish(),
    }),
    payerIp: z
      .string()
      .max(45)
      .refine((address) => z.union([z.ipv4(), z.ipv6()]).safeParse(address).success, 'must be an IP address')
      .nullish()
      .meta({ description: 'Where the payer’s browser is' }),
    description: text(200),
    returnUrl: uri.nullish().meta({ description: 'Where the payer goes afterwards; within `ALLOWED_ORIGINS`' }),
    cancelUrl: uri.nullish(),
  })
  .refine(({ items }) => new Set(items.map(({ kind, code }) => `${kind} ${code}`)).size === items.length, {
    path: ['items'],
    error: 'must name each due once',
  })
  .meta({ id: 'PaymentRequest' });

const fact = z
  .object({
    id: z.string(),
    kind: factKind,
    at: z
      .string()
      .nullable()
      .meta({ description: 'Their time, as they wrote it; `digest#…` for a text that is no time' }),
    recordedAt: instant,
    amount: z.object({ amount: z.number(), currency: z.string() }).nullable(),
    transaction: z.string().nullable().meta({ description: 'Their id; `digest#…` for a text that is no code' }),
    source: factSource,
  })
  .meta({ id: 'PaymentFact' });

export const paymentView = z
  .object({
    id: z.string(),
    dossierCode,
    method: paymentMethod,
    state: paymentState,
    uncertain: z.boolean(),
    uncertainBecause: z.union([paymentDoubt, z.null()]),
    amount: money,
    reference: z.string().meta({ description: 'What the other side was given' }),
    redirectUrl: z.string().nullable().meta({ description: 'Where the payer pays, while that is possible' }),
    qr: z.object({ text: z.string(), reference: z.string() }).nullable(),
    expiresAt: instant.nullable(),
    createdAt: instant,
    surplus: z.union([money, z.null()]),
    cause: z.string().nullable().meta({ description: 'The code of the other side, where there is one' }),
    receipt: z.object({
      state: z.enum(['none', 'due', 'kept', 'inactive', 'given-up']).meta({
        description:
          '`due`: it is being fetched · `inactive`: it is kept, and the payment went back whole · `given-up`: it did not come in three days',
      }),
    }),
    flags: z.array(z.enum(['fee-policy'])).meta({ description: '`fee-policy`: an amount differs from the fee table' }),
    items: z.array(z.object({ kind: z.enum(['fee', 'charge']), code: z.string(), amount: money })),
    facts: z.array(fact),
  })
  .meta({ id: 'Payment' });

export const paymentQuery = z.strictObject({
  ...pageQuery,
  dossierCode: dossierCode.optional(),
  state: paymentState.optional(),
});
export const paymentPage = pageOf('PaymentPage', paymentView);

export const refundRequest = z.strictObject({ amount: positive, reason: words(500, 3) }).meta({ id: 'RefundRequest' });

export const refundView = z
  .object({
    n: z.int(),
    state: z.enum(['awaiting-approval', 'sending', 'done', 'refused', 'uncertain', 'not-sent']),
    amount: money,
    reason: z.string(),
    reference: z.string(),
    transaction: z.string().nullable(),
    cause: z.string().nullable(),
    askedBy: z.string(),
    askedAt: instant,
    approvedBy: z.string().nullable(),
    approvedAt: instant.nullable(),
  })
  .meta({ id: 'Refund' });

export const attestationRequest = z
  .strictObject({
    kind: factKind,
    amount: money.nullish(),
    at: instant,
    document: words(200),
    reason: words(500, 3),
    replaces: z.array(z.string().max(100)).max(50).default([]),
  })
  .refine(
    ({ kind, amount }) => !['paid', 'refunded', 'reversed', 'under-review'].includes(kind) || (amount?.amount ?? 0) > 0,
    {
      path: ['amount'],
      error: 'is needed where money came or went',
    },
  )
  .meta({ id: 'StatedFactRequest' });

export const attestationView = z
  .object({
    n: z.int(),
    state: z.enum(['awaiting-approval', 'approved']),
    kind: factKind,
    amount: z.union([money, z.null()]),
    at: z.string(),
    document: z.string(),
    reason: z.string(),
    replaces: z.array(z.string()),
    askedBy: z.string(),
    askedAt: instant,
    approvedBy: z.string().nullable(),
    approvedAt: instant.nullable(),
  })
  .meta({ id: 'StatedFact' });
