import { z } from 'zod';
import { agencyCode, dossierCode, feeCode, fieldCode, isCode, procedureCode } from './codes.ts';
import { money } from './money.ts';
import { agencyLevel, channel, dossierStatus } from './status.ts';
import { asGiven, boundedText } from './text.ts';
import { instant } from './time.ts';
import { webAddress } from './web-address.ts';

/** As given: `src/dossiers` brings what it compares and keeps to NFC, because digests of what is held were made of texts as given. */
const text = asGiven;
const name = (max: number) => asGiven(max).trim().min(1);

/** An identity paper. A citizen's number has 12 digits, an old one 9; anything else is refused, never padded. */
export const identity = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('citizen-id'), number: z.string().regex(/^[0-9]{12}$/, 'must have 12 digits') }),
    z.strictObject({ type: z.literal('old-citizen-id'), number: z.string().regex(/^[0-9]{9}$/, 'must have 9 digits') }),
    z.strictObject({
      type: z.literal('passport'),
      number: z.string().regex(/^[A-Z0-9]{5,20}$/, 'must have 5 to 20 capital letters or digits'),
    }),
    z.strictObject({
      type: z.literal('tax-code'),
      number: z.string().regex(/^([0-9]{10}(-?[0-9]{3})?|[0-9]{12})$/, 'must be a tax code of 10, 12 or 13 digits'),
    }),
  ])
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof identity>;

/** An address of electronic mail. */
export const email = asGiven(254).check(z.email());
/** Programs write an empty text for one that is absent. */
const emailOrEmpty = z.union([email, z.literal('')]).meta({ description: 'An empty text counts as absent' });

export const applicant = z
  .strictObject({
    kind: z.enum(['citizen', 'enterprise', 'state-agency', 'organisation']),
    name: name(500),
    identities: z.array(identity).max(5).optional(),
    phone: text(40).nullish().meta({ description: 'An empty text counts as absent' }),
    fax: text(40).nullish().meta({ description: 'An empty text counts as absent' }),
    email: emailOrEmpty.nullish(),
    address: text(1000).nullish(),
    nationalAccountId: text(200).nullish().meta({ description: 'Technical id of the national sign-on account' }),
    identityVerified: z
      .boolean()
      .nullish()
      .meta({ description: 'The account is verified with the national e-identity' }),
  })
  .meta({ id: 'Applicant' });
export type Applicant = z.infer<typeof applicant>;

/** One progress row. It is identified in its dossier by (at, status, unit) and is never changed once sent. */
export const step = z
  .strictObject({
    at: instant,
    actor: text(200).nullish(),
    position: text(200).nullish(),
    unit: text(500).nullish(),
    status: dossierStatus,
    note: text(4000).nullish(),
    startedAt: instant.nullish(),
    dueAt: instant.nullish(),
  })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof step>;

export const fee = z
  .strictObject({
    kind: z.enum(['fee', 'charge']).meta({ description: '`fee` is phí, `charge` is lệ phí' }),
    code: feeCode(text(60)),
    name: text(500),
    amount: money,
    paidBy: z.enum(['online', 'direct']).nullish().meta({ description: 'How it was paid; absent while it is due' }),
  })
  .meta({ id: 'Fee' });
export type Fee = z.infer<typeof fee>;

export const attachment = z
  .strictObject({
    id: name(200),
    name: text(8000),
    componentCode: text(100).nullish(),
    url: webAddress(4000).nullish(),
    digitised: z.boolean().nullish(),
    reuse: z.enum(['none', 'reused', 'reused-changed']).nullish(),
    fromNationalStore: z.boolean().nullish(),
    replacesResultCode: text(100).nullish(),
    deleted: z.boolean().nullish(),
  })
  .meta({ id: 'Attachment' });
export type Attachment = z.infer<typeof attachment>;

export const otherDocument = z
  .strictObject({
    name: text(4000),
    copies: z.int().min(0).max(10_000),
    kind: z.enum(['original', 'copy', 'certified-copy', 'electronic']).nullish(),
  })
  .meta({ id: 'OtherDocument' });

export const result = z
  .strictObject({
    id: name(200),
    name: text(8000),
    componentCode: text(100).nullish(),
    code: text(100).nullish().meta({ description: 'Code of the result paper, such as KQ.G15.000031' }),
    url: webAddress(4000).nullish(),
  })
  .meta({ id: 'Result' });

export const supplement = z
  .strictObject({
    id: name(200),
    requestedBy: text(200).nullish(),
    content: text(4000).nullish(),
    requestedAt: instant.nullish(),
    receivedBy: text(200).nullish(),
    receivedNote: text(4000).nullish(),
    receivedAt: instant.nullish(),
    fulfilled: z.boolean().nullish(),
    documents: z.array(otherDocument).max(200).optional(),
    fees: z.array(fee).max(100).optional(),
    previousDueAt: instant.nullish(),
    newDueAt: instant.nullish(),
  })
  .meta({ id: 'Supplement' });

/**
 * A dossier as the provincial system knows it at one moment: a snapshot, never a change.
 * It covers the whole national record (WIRE.md 1.4 and 1.5). Unknown fields are errors, so that a misspelt one is heard.
 */
export const dossierSnapshot = z
  .strictObject({
    code: dossierCode,
    nationalCode: boundedText(100)
      .refine((code) => code === '' || isCode(code), 'must be a code')
      .nullish()
      .meta({ description: 'The code on the national portal, when it was born there' }),
    revision: z.int().min(0).nullish().meta({
      description:
        'Orders snapshots. Once given for a dossier it is required from then on; without it `updatedAt` orders.',
    }),
    updatedAt: instant,
    procedure: z.strictObject({
      code: procedureCode,
      name: text(2000).nullish(),
      field: z.strictObject({ code: fieldCode, name: text(500).nullish() }).nullish(),
    }),
    agency: z.strictObject({ code: agencyCode, name: text(500).nullish(), level: agencyLevel.nullish() }),
    channel,
    submittedVia: z.enum(['province', 'national-portal']).nullish(),
    status: dossierStatus,
    summary: text(8000).nullish(),
    receiptNumber: text(100).nullish(),
    note: text(8000).nullish(),
    applicant,
    submittedAt: instant.nullish(),
    receivedAt: instant.nullish(),
    dueAt: instant.nullish(),
    finishedAt: instant.nullish(),
    returnedAt: instant.nullish(),
    refusedAt: instant.nullish(),
    closedAt: instant.nullish(),
    returnMethod: z.enum(['office', 'post']).nullish(),
    returnNote: text(4000).nullish(),
    steps: z.array(step).max(1000).optional(),
    fees: z.array(fee).max(200).optional(),
    attachments: z.array(attachment).max(1000).optional(),
    otherDocuments: z.array(otherDocument).max(500).optional(),
    results: z.array(result).max(500).optional(),
    supplements: z.array(supplement).max(200).optional(),
    connectedDatabases: z
      .array(text(60))
      .max(50)
      .optional()
      .meta({ description: 'National databases consulted, by their code' }),
  })
  .refine((dossier) => dossier.receivedAt != null || dossier.submittedAt != null, {
    path: ['receivedAt'],
    error: 'receivedAt or submittedAt is required',
    // Judged even when other fields fail, so that one answer names all that is wrong.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .meta({ id: 'DossierSnapshot' });

export type DossierSnapshot = z.infer<typeof dossierSnapshot>;
