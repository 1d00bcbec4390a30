import { z } from 'zod';
import { agencyCode, dossierCode, procedureCode } from '../domain/codes.ts';
import { deliveryState, importOutcome, timelineKind } from '../domain/delivery.ts';
import { dossierSnapshot } from '../domain/dossier.ts';
import { agencyLevel, channel, dossierStatus } from '../domain/status.ts';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';
import { wholeNumber } from '../domain/whole-number.ts';
import { pageOf, pageQuery } from './page.ts';

/** `PUT /v1/dossiers/{code}`: the code may stand in the path alone. */
export const dossierPut = z
  .strictObject({ ...dossierSnapshot.shape, code: dossierCode.optional() })
  .refine((dossier) => dossier.receivedAt != null || dossier.submittedAt != null, {
    path: ['receivedAt'],
    error: 'receivedAt or submittedAt is required',
    // Judged even when other fields fail, so that one answer names all that is wrong.
    when: ({ value }) => typeof value === 'object' && value !== null,
  })
  .meta({ id: 'DossierPut', description: 'A dossier as the province knows it now: the whole, never a change' });

export const dossierReceipt = z
  .object({
    code: dossierCode,
    outcome: z.enum(['accepted', 'unchanged']),
    version: z.int().meta({ description: 'Counts the contents that this gateway has taken on for the dossier' }),
    exchange: z.string().nullable().meta({ description: 'The exchange that shows this content to the nation' }),
  })
  .meta({ id: 'DossierReceipt', description: 'Written to disk before this is answered' });

export const delivery = z
  .object({
    state: deliveryState,
    exchange: z.string().nullable(),
    cause: z.string().nullable().meta({ description: 'Why it is not delivered; a stable word or their code' }),
    desiredVersion: z.int(),
    shownVersion: z.int().meta({ description: 'The newest version that the nation took; 0 is none' }),
    shownAt: instant.nullable(),
    stepsWaiting: z.int(),
    nextTryAt: instant.nullable(),
    parkedReason: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

const summary = {
  code: dossierCode,
  nationalCode: z.string().nullable(),
  revision: z.int().nullable(),
  updatedAt: instant,
  version: z.int(),
  status: dossierStatus,
  channel,
  level: agencyLevel.nullable(),
  agency: agencyCode,
  procedure: procedureCode,
  receivedAt: instant.nullable(),
  dueAt: instant.nullable(),
  closedAt: instant.nullable(),
  changedAt: instant.meta({ description: 'When this gateway took on the version' }),
  delivery,
};
export const dossierSummary = z
  .object(summary)
  .meta({ id: 'DossierSummary', description: 'A dossier without any person in it' });
export type DossierSummary = z.infer<typeof dossierSummary>;

export const dossierView = z
  .object({
    ...summary,
    content: dossierSnapshot.nullable().meta({ description: 'The whole snapshot, when `reveal` named a purpose' }),
  })
  .meta({ id: 'Dossier' });

export const dossierQuery = z.strictObject({
  ...pageQuery,
  changedSince: instant.optional().meta({ description: 'Taken on by this gateway at or after this time' }),
  status: dossierStatus.optional(),
  agency: agencyCode.optional(),
  delivery: deliveryState.optional(),
});
export const dossierPage = pageOf('DossierPage', dossierSummary);

export const timelineEntry = z
  .object({
    at: instant,
    kind: timelineKind,
    exchange: z.string().nullable(),
    operation: z.string().nullable(),
    seq: z.int().nullable().meta({ description: 'Place in the order of what is sent about this dossier' }),
    version: z.int().nullable(),
    from: z.string().nullable(),
    to: z.string().meta({ description: 'The state entered, the outcome of an attempt, or what was noted' }),
    code: z.string().nullable(),
    call: z.string().nullable(),
    endedAt: instant.nullable(),
    actor: z.string().nullable(),
    payment: z.string().nullable().meta({ description: 'Of an entry of the kind `payment`: whose state it is' }),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof timelineEntry>;
export const timeline = z
  .object({
    code: dossierCode,
    delivery,
    entries: z.array(timelineEntry),
    complete: z.boolean().meta({ description: 'False when older entries were left out' }),
  })
  .meta({ id: 'Timeline' });

export const withdrawal = z
  .strictObject({
    as: z
      .enum(['withdrawn', 'stopped'])
      .meta({ description: 'National status 7 (withdrawn by the citizen) or 8 (stopped)' }),
    reason: words(1000, 3),
  })
  .meta({
    id: 'Withdrawal',
    description:
      'A dossier that was synchronised by mistake. The portal has no service that takes one back: it is shown as withdrawn or stopped, with the reason.',
  });

export const importQuery = z.strictObject({
  mode: z.enum(['send', 'already-national']).default('send').meta({
    description:
      '`already-national` records what the nation has and sends nothing; but a dossier of which something is still to be sent, is under way or is in doubt is sent as it now stands, so that no older state comes after it',
  }),
  from: wholeNumber(1)
    .default(1)
    .meta({ description: 'First line to take (1 is the first): resumes an import that was cut off', type: 'integer' }),
});
export const importAnswer = z
  .object({
    line: z.int(),
    code: z.string().nullable(),
    outcome: importOutcome,
    version: z.int().optional(),
    exchange: z.string().nullable().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'ImportAnswer', description: 'What became of one line' });
export type ImportAnswer = z.infer<typeof importAnswer>;
