import { z } from 'zod';
import { attemptPurpose, exchangeKind, exchangeState, hold, saidOf, statedOutcome } from '../domain/exchange.ts';
import { breakerState } from '../domain/lane.ts';
import { instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';
import { reason } from './reason.ts';
import { several } from './several.ts';

const summary = {
  id: z.string(),
  system: z.string(),
  key: z.string().meta({ description: 'What it concerns; for the portal, the dossier code' }),
  operation: z.string(),
  seq: z.int().meta({ description: 'Place in its stream' }),
  kind: exchangeKind.meta({
    description:
      '`collapsing`: desired state. `appended`: parts that go in order. `act`: one of a kind, with a result; in doubt it is asked about and never sent again',
  }),
  collapses: z.boolean().meta({
    description: 'Desired state: what is sent is the state at the time of sending, and a newer one supersedes it',
  }),
  version: z.int().nullable(),
  state: exchangeState,
  cause: z.string().nullable().meta({ description: 'Why it is not delivered; a stable word' }),
  attempts: z.int(),
  acceptedAt: instant,
  acceptedBy: z.string(),
  nextTryAt: instant.nullable(),
  settledAt: instant.nullable(),
  supersededBy: z.string().nullable(),
};

export const exchangeSummary = z
  .object(summary)
  .meta({ id: 'ExchangeSummary', description: 'One command to one system, without any person in it' });
export type ExchangeSummary = z.infer<typeof exchangeSummary>;

export const exchangePage = pageOf('ExchangePage', exchangeSummary);

export const exchangeQuery = z.strictObject({
  ...pageQuery,
  system: z.string().min(1).max(60).optional(),
  key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'What it concerns; for the portal, the dossier code' }),
  state: several(exchangeState).optional().meta({ description: 'Any of these states' }),
  operation: z.string().min(1).max(60).optional(),
  cause: z.string().min(1).max(100).optional(),
  acceptedSince: instant.optional(),
});

const holdUntil = z
  .object({
    why: hold,
    until: instant
      .nullable()
      .meta({ description: 'Until when, where that is known; null waits for something else or for a person' }),
  })
  .meta({ id: 'HoldUntil' });

export const streamPosition = z
  .object({
    seq: z.int(),
    newest: z.boolean().meta({ description: 'Nothing of the same operation came after it' }),
    desiredVersion: z.int(),
    shownVersion: z.int().meta({ description: 'The newest version that the system took; 0 is none' }),
    shownAt: instant.nullable(),
    heldBy: z.array(hold).meta({ description: 'What keeps it from being sent now; empty when nothing does' }),
    holds: z.array(holdUntil).meta({ description: 'The same, each with its time' }),
    nextTryAt: instant.nullable(),
    quietUntil: instant.nullable().meta({
      description: 'An earlier send may still take effect until then: nobody can lift that',
    }),
    toldUntil: instant.nullable().meta({
      description: 'The system asked for patience until then: a retry, a resume or a probe that it answers lifts it',
    }),
    asksFirst: z.boolean().meta({ description: 'The system is asked what it shows before anything is sent' }),
    parked: z
      .object({ reason: z.string(), by: z.string().nullable(), at: instant.nullable(), until: instant.nullable() })
      .nullable(),
    lane: z
      .object({
        name: z.string(),
        breaker: breakerState,
        openUntil: instant.nullable(),
        notBefore: instant.nullable(),
        pausedReason: z.string().nullable(),
        pausedBy: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'StreamPosition', description: 'Where it stands in its stream, and what holds it' });

export const attempt = z
  .object({
    n: z.int(),
    call: z.string().meta({ description: 'The conversation on the wire that carried it' }),
    purpose: attemptPurpose.nullable(),
    operation: z.string().nullable(),
    items: z.int().nullable().meta({ description: 'Exchanges that the call carried' }),
    startedAt: instant,
    endedAt: instant.nullable(),
    outcome: z.string().nullable().meta({ description: '`completed`, `rejected`, `not-sent`, `unknown`, `drift`' }),
    code: z.string().nullable().meta({ description: 'Their code, or our word for what happened' }),
    detail: z
      .object({ message: z.string(), fields: z.array(z.string()) })
      .nullable()
      .meta({ description: 'Their own words; only with `reveal`' }),
    answer: z.string().nullable().meta({ description: 'Their raw answer where one was kept; only with `reveal`' }),
  })
  .meta({ id: 'Attempt', description: 'The part of one exchange in one call' });
export type Attempt = z.infer<typeof attempt>;

export const watch = z
  .object({
    query: z.string(),
    ref: z.string().meta({ description: 'Their reference' }),
    asked: z.int().meta({ description: 'Questions that they answered' }),
    nextAt: instant.nullable(),
    until: instant.meta({ description: 'Without an answer by then a person is told' }),
    endedAt: instant.nullable().meta({ description: 'Its time was over without an answer' }),
  })
  .meta({ id: 'Watch' });

const said = z
  .object({
    what: saidOf.meta({
      description: '`stated-not-applied`: one person’s word, which counts once another states the same',
    }),
    words: z.string().meta({ description: '`…` where it does not open' }),
    by: z.string(),
    at: instant,
  })
  .meta({ id: 'Said' });

export const exchangeView = z
  .object({
    ...summary,
    stream: streamPosition,
    watch: watch.nullable().meta({ description: 'What they only accepted is asked about until they answer' }),
    tries: z.array(attempt).meta({ description: 'Newest first, at most 100' }),
    said: z.array(said).meta({
      description: 'What people said of it: reasons of their acts, and what one stated, newest first, at most 100',
    }),
  })
  .meta({ id: 'Exchange' });
export type ExchangeView = z.infer<typeof exchangeView>;

export const exchangeActed = exchangeView
  .extend({
    act: z
      .object({
        did: z.enum(['to-be-sent-again', 'to-be-asked', 'cancelled', 'stated']),
        stillHeldBy: z
          .array(holdUntil)
          .meta({ description: 'What keeps it from going at this moment, and until when' }),
      })
      .nullable()
      .meta({ description: 'What this act did; null when it was repeated under the same key and did nothing anew' }),
  })
  .meta({ id: 'ExchangeActed' });
export type ExchangeActed = z.infer<typeof exchangeActed>;

/** The body of retry and cancel. */
export const act = z.strictObject({ reason: reason.optional() }).meta({ id: 'ExchangeAct' });

export const confirmation = z
  .strictObject({
    outcome: statedOutcome.optional().meta({
      description: 'What a person found out, where the system cannot be asked; without it the system is asked',
    }),
    reason: reason.optional().meta({ description: 'How it was found out; required with `outcome`' }),
  })
  .refine((body) => body.outcome === undefined || body.reason !== undefined, {
    path: ['reason'],
    error: 'is required when an outcome is stated',
  })
  .meta({ id: 'ExchangeConfirmation' });
