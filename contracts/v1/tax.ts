import { z } from 'zod';
import { dossierCode } from '../domain/codes.ts';
import { money } from '../domain/money.ts';
import { dueFinding, dueState, questionState, slipState, taxKind } from '../domain/tax-state.ts';
import { words } from '../domain/text.ts';
import { civilDate, instant } from '../domain/time.ts';

const text = (max: number) => words(max);
const vnd = z.int({ error: 'must be a whole number of đồng' }).min(0).max(1_000_000_000_000);

export const byDossier = { dossierCode };

export const obligationView = z
  .object({
    id: z.string(),
    dossierCode,
    taxCode: z.string().nullable().meta({ description: 'Shown for a purpose (`reveal`)' }),
    payerName: z.string().nullable().meta({ description: 'Shown for a purpose (`reveal`)' }),
    decision: z.object({ number: z.string().nullable(), date: civilDate.nullable() }),
    kind: taxKind,
    name: z.string().nullable().meta({ description: 'Their words for what it is' }),
    chapter: z.string().nullable(),
    subItem: z.string().nullable(),
    treasury: z.object({ code: z.string().nullable(), account: z.string().nullable() }),
    due: money,
    exempt: money,
    paid: money.meta({ description: 'By their word, or by proofs of the portal, whichever is more' }),
    remaining: money,
    dueDate: civilDate.nullable(),
    state: dueState,
    finding: dueFinding.nullable().meta({
      description:
        '`does-not-add-up`: due, exempt, paid and remaining as they told them do not agree · `paid-too-much`: more was paid than was due · `told-before`: a notice that another had replaced came once more; ask which holds',
    }),
    notice: z.string().meta({ description: 'Id of the message or of the question that it came by' }),
    toldAt: instant,
  })
  .meta({ id: 'TaxObligation' });
export const obligations = z.object({ items: z.array(obligationView) }).meta({ id: 'TaxObligations' });

export const receiptView = z
  .object({
    id: z.string(),
    noticeNumber: z.string().nullable(),
    amount: money,
    paidAt: instant,
    paid: z
      .boolean()
      .meta({ description: 'Whether the portal says that it was paid; any other status decides nothing' }),
    payment: z.string().nullable().meta({ description: 'The payment that it proves, at `/v1/payments/{payment}`' }),
    url: z.string().nullable().meta({ description: 'Where the portal keeps the document' }),
    document: z.enum(['none', 'due', 'kept', 'given-up', 'not-allowed']).meta({
      description:
        '`kept`: at `/v1/tax/receipts/{id}/document` · `due`: it is being fetched · `given-up`: it did not come in three days · `not-allowed`: its address is not among `ALLOWED_ORIGINS`',
    }),
  })
  .meta({ id: 'TaxReceipt' });
export const receipts = z.object({ items: z.array(receiptView) }).meta({ id: 'TaxReceipts' });

const landUser = z.strictObject({
  name: text(300),
  taxCode: text(20).nullish(),
  identityNumber: text(20).nullish(),
  phone: text(40).nullish(),
  address: text(1000).nullish(),
});
const squareMetres = z
  .string()
  .max(20)
  .regex(/^[0-9]{1,12}(\.[0-9]{1,3})?$/, 'must be square metres as a decimal number, such as 120.5');

export const slipRequest = z
  .strictObject({
    dossierCode,
    certificateNumber: text(60).nullish(),
    slipNumber: text(60),
    approvedAt: instant,
    approvedBy: text(200).nullish(),
    deferDebt: z.boolean().default(false).meta({ description: 'The land user asks to owe it (DK_GHINO_NVTC)' }),
    content: z.strictObject({
      landUser,
      parcel: z
        .strictObject({
          sheetNumber: text(20).nullish(),
          parcelNumber: text(20).nullish(),
          address: text(1000).nullish(),
          area: squareMetres.nullish(),
          purpose: text(200).nullish(),
          origin: text(500).nullish(),
          term: text(100).nullish(),
        })
        .nullish(),
      house: z
        .strictObject({
          kind: text(200).nullish(),
          grade: text(50).nullish(),
          floorArea: squareMetres.nullish(),
          structure: text(200).nullish(),
          floors: z.int().min(0).max(300).nullish(),
          builtIn: z.int().min(1000).max(3000).nullish(),
        })
        .nullish(),
      transfer: z
        .strictObject({
          kind: text(200).nullish(),
          priceVnd: vnd.nullish(),
          contractDate: civilDate.nullish(),
          from: landUser.nullish(),
        })
        .nullish(),
      exemption: z
        .strictObject({ reason: text(500).nullish(), amountVnd: vnd.nullish(), document: text(200).nullish() })
        .nullish(),
    }),
  })
  .meta({ id: 'TransferSlipRequest' });
export type SlipBody = z.output<typeof slipRequest>;

export const slipView = z
  .object({
    id: z.string(),
    dossierCode,
    exchange: z.string(),
    state: slipState,
    cause: z.string().nullable().meta({ description: 'Their code, where they refused it' }),
    deferDebt: z.boolean(),
    createdAt: instant,
    questions: z.array(
      z.object({
        question: z.enum(['notice', 'obligation', 'dossier']),
        state: questionState,
        exchange: z.string(),
        cause: z.string().nullable(),
        askedAt: instant,
        answeredAt: instant.nullable(),
        due: money.nullable(),
        remaining: money.nullable(),
        signature: z.enum(['good', 'weak', 'unchecked']).nullable().meta({
          description:
            'Of the answer · `weak`: theirs, by SHA-1 or a short key · `unchecked`: their certificates are not configured',
        }),
      }),
    ),
    sumsAgree: z.boolean().nullable().meta({
      description: 'Whether the notice’s dues add up to the sum of the obligation; null until both are answered',
    }),
    obligations: z.array(obligationView),
  })
  .meta({ id: 'TransferSlip' });

const identityNumber = z
  .string()
  .max(20)
  .regex(/^[0-9A-Za-z]{6,20}$/, 'must be 6 to 20 letters or digits');
const taxCode = z
  .string()
  .max(14)
  .regex(/^[0-9]{10}(-?[0-9]{3})?$|^[0-9]{12}$/, 'must be a tax code of 10, 12 or 13 digits');

export const taxQueryOf = (purposes: readonly string[]) =>
  z
    .strictObject({
      taxCode: taxCode.optional(),
      dossierCode: dossierCode.optional(),
      identityNumber: identityNumber.optional(),
      purpose: z.enum(purposes as [string, ...string[]], { error: 'must be a purpose of the list' }),
    })
    .refine((asked) => (asked.taxCode === undefined) !== (asked.dossierCode === undefined), {
      path: ['taxCode'],
      error: 'is asked for by itself, or dossierCode with identityNumber',
    })
    .refine((asked) => (asked.dossierCode === undefined) === (asked.identityNumber === undefined), {
      path: ['identityNumber'],
      error: 'goes with dossierCode',
    })
    .meta({ id: 'TaxQuery' });

export const askedObligation = obligationView
  .omit({ id: true, notice: true, toldAt: true, state: true, dossierCode: true })
  .extend({ dossierCode: dossierCode.nullable() })
  .meta({ id: 'AskedTaxObligation' });
export const taxAnswer = z
  .object({
    items: z.array(askedObligation),
    signature: z.object({
      valid: z.literal(true),
      signer: z.string().meta({ description: 'Subject of the certificate' }),
      weak: z.boolean().meta({ description: 'By SHA-1 or a short key' }),
    }),
  })
  .meta({ id: 'TaxQueryAnswer' });
