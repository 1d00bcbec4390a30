import { z } from 'zod';
import { dossierCode } from '../domain/codes.ts';
import { breakKind, breakState, dayState, dossierBreakKind, runAbout, runState } from '../domain/reconciliation.ts';
import { civilDate, instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';
import { reason } from './reason.ts';

export const runRequest = z
  .strictObject({
    date: civilDate.meta({ description: 'The day that is reconciled' }),
    about: runAbout.default('money').meta({
      description:
        '`money`: payments against statements. `dossiers`: what the province holds against what the portal shows of it.',
    }),
  })
  .meta({ id: 'ReconciliationRunRequest' });

const vnd = z.object({ amount: z.int(), currency: z.literal('VND') }).meta({ id: 'SignedMoney' });

const dossierCounts = z
  .object({
    checked: z.int().meta({ description: 'Dossiers that were looked at' }),
    agree: z.int().meta({ description: 'Shown as they are held' }),
    underWay: z.int().meta({ description: 'On their way, for less than an hour' }),
    unclear: z.int().meta({ description: 'Shown without a status that can be compared' }),
    unanswered: z.int().meta({ description: 'The portal did not tell: the next run asks again' }),
    healed: z.int().meta({ description: 'Sent again, because the portal had lost them or shows an older stage' }),
    notHealed: z
      .int()
      .meta({ description: 'Not sent again, because so many would be that the portal is more likely at fault' }),
  })
  .meta({ id: 'DossierCounts' });

export const runView = z
  .object({
    id: z.string(),
    about: runAbout,
    date: civilDate,
    state: runState,
    matched: z.int().meta({ description: 'Pairs and groups that agree; dossiers that are shown as they are held' }),
    tolerated: z.int().meta({ description: 'Those that agree by a stated tolerance' }),
    proposed: z.int().meta({ description: 'Those that a person has to accept; they stand on breaks too' }),
    breaks: z.int().meta({ description: 'Breaks of this day and of earlier ones that nobody has settled' }),
    totals: z.array(
      z.object({
        side: z
          .enum(['recorded', 'bank', 'platform', 'orders', 'tax', 'treasury', 'due'])
          .meta({ description: '`tax`: what is recorded of land taxes; `treasury`: what the treasury says came' }),
        count: z.int(),
        amount: z.int(),
      }),
    ),
    dossiers: dossierCounts.nullable().meta({ description: 'Of a run about dossiers' }),
    digest: z.string().nullable().meta({ description: 'Of everything that it came to: equal inputs come to the same' }),
    inputs: z
      .array(z.string())
      .meta({ description: 'Digests of the files that it read, and last of the rules that it used' }),
    problem: z.string().nullable(),
    askedBy: z.string(),
    askedAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: 'ReconciliationRun' });
export const runPage = pageOf('ReconciliationRunPage', runView);
export const listRunsQuery = z.strictObject({ ...pageQuery, date: civilDate.optional(), about: runAbout.optional() });
export const runPath = z.strictObject({ id: z.string().min(1).max(60) });

export const healRequest = z.strictObject({ reason }).meta({ id: 'HealRequest' });

const lineView = z
  .object({
    statement: z.string(),
    number: z.int().meta({ description: 'The ordinal of the entry in its file, from 1' }),
    documentNumber: z.string().nullable(),
    date: civilDate,
  })
  .meta({ id: 'StatementLine' });

export const matchView = z
  .object({
    payments: z.array(z.string()),
    lines: z.array(lineView),
    rule: z.string(),
    status: z.enum(['matched', 'tolerated', 'proposed']),
    why: z.string(),
  })
  .meta({ id: 'ReconciliationMatch' });
export const listMatchesQuery = z.strictObject({
  ...pageQuery,
  rule: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .meta({ description: 'Only what agrees by the rule of this name, such as `exact-reference`' }),
});
export const matchPage = pageOf('ReconciliationMatchPage', matchView);

const candidate = z
  .object({
    payment: z.string().nullable(),
    line: z.object({ statement: z.string(), number: z.int() }).nullable(),
    rule: z.string(),
    score: z.number(),
    why: z.string(),
  })
  .meta({ id: 'BreakCandidate' });

export const breakView = z
  .object({
    id: z.string(),
    kind: breakKind,
    state: breakState,
    amount: vnd.meta({ description: 'Theirs less ours, signed; of what has one side only, that side' }),
    ours: vnd,
    theirs: vnd,
    side: z.enum(['recorded', 'bank', 'platform', 'orders', 'tax', 'portal']),
    date: civilDate,
    payment: z.string().nullable(),
    dossierCode: z.string().nullable(),
    exchange: z.string().nullable().meta({
      description: 'Of a dossier its newest exchange with the portal, of a payment the act that opened it',
    }),
    line: lineView.nullable(),
    reason: z.string().meta({ description: 'Why it is a break' }),
    candidates: z.array(candidate),
    age: z.object({ workingDays: z.int() }),
    assignee: z.string().nullable(),
    said: z.string().nullable().meta({ description: 'What the person who acted on it last gave as the reason' }),
    actedBy: z.string().nullable(),
    version: z.int(),
  })
  .meta({ id: 'ReconciliationBreak' });
export const breakPage = pageOf('ReconciliationBreakPage', breakView);
export const breakPath = z.strictObject({ id: z.string().min(1).max(60) });
export const listBreaksQuery = z.strictObject({
  ...pageQuery,
  state: breakState.optional(),
  kind: breakKind.optional(),
});

export const openingBreaks = z
  .strictObject({
    items: z
      .array(
        z.strictObject({
          kind: breakKind.exclude([...dossierBreakKind.exclude(['late']).options]),
          side: z.enum(['recorded', 'bank', 'platform', 'orders', 'tax']),
          date: civilDate.meta({ description: 'Since when it is open: its age counts from there' }),
          ours: z
            .int()
            .default(0)
            .meta({ description: 'Whole đồng that the province’s books have; negative where it went out' }),
          theirs: z.int().default(0).meta({ description: 'Whole đồng that the other side has' }),
          dossierCode: dossierCode.optional(),
          documentNumber: z
            .string()
            .max(40)
            .refine(
              isDocumentNumber,
              'must be the number of a document, such as 5285 - 82284: digits in every word, no name',
            )
            .refine((text) => !/^(?:\d{9}|\d{12})$/.test(text), 'must not be a number of a person')
            .optional(),
          reason,
        }),
      )
      .min(1)
      .max(1_000),
  })
  .meta({ id: 'OpeningBreaks' });
export const openingAnswer = z
  .object({
    opened: z.int().meta({ description: 'New on the list' }),
    known: z.int().meta({ description: 'There already, by an earlier list' }),
  })
  .meta({ id: 'OpenedBreaks' });

export const breakAct = z
  .strictObject({
    act: z.enum(['assign', 'explain', 'correct', 'write-off', 'accept']),
    reason,
    assignee: z.string().min(1).max(100).optional(),
    candidate: z
      .union([
        z.strictObject({ payment: z.string().max(60) }),
        z.strictObject({ line: z.strictObject({ statement: z.string().max(60), number: z.int().min(1) }) }),
      ])
      .optional()
      .meta({ description: 'For `accept`: which of the break’s candidates; may be left out where there is one' }),
  })
  .meta({ id: 'BreakAct' });

export const dayPath = z.strictObject({ date: civilDate });
export const dayQuery = z.strictObject({ from: civilDate, to: civilDate });
export const dayView = z
  .object({
    date: civilDate,
    state: dayState,
    run: z.string(),
    digest: z.string().meta({ description: 'Of everything that the day came to, the digests of its files among it' }),
    closedBy: z.string(),
    closedAt: instant,
    approvedBy: z.string().nullable(),
    approvedAt: instant.nullable(),
  })
  .meta({ id: 'ReconciliationDay' });
export const dayList = z.object({ items: z.array(dayView) }).meta({ id: 'ReconciliationDayList' });
export const reopenRequest = z.strictObject({ reason }).meta({ id: 'ReopenDay' });
export const periodPath = z.strictObject({
  period: z.string().max(7).refine(isPeriod, 'must be a month such as 2022-12 or a quarter such as 2022-Q4'),
});
function isPeriod(text: string): boolean {
  return /^\d{4}-0[1-9]$/.test(text) || /^\d{4}-1[0-2]$/.test(text) || /^\d{4}-Q[1-4]$/.test(text);
}
export const lockView = z.object({ period: z.string(), locked: z.literal(true) }).meta({ id: 'LockedPeriod' });
/** Words of letters alone could be a name. */
function isDocumentNumber(text: string): boolean {
  return text
    .split(' ')
    .every((word) => word === '-' || (/^[A-Za-z0-9./-]{1,35}$/.test(word) && /^[A-Za-z]{0,4}\d/.test(word)));
}
