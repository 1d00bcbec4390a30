import { z } from 'zod';

/** What the nation does not show as the province holds it. */
export const dossierBreakKind = z.enum([
  /** It was delivered, and the portal does not know it. */
  'missing-nationally',
  /** The portal shows it in another stage than it has. */
  'stage',
  /** It never arrived (refused, given up, parked, uncertain), and the portal does not know it. */
  'unknown-nationally',
  /** Something of it still waits to be shown, an hour after it was handed over. */
  'late',
]);
export type DossierBreakKind = z.output<typeof dossierBreakKind>;

/** What does not agree, and how. */
export const breakKind = z
  .enum([
    /** A line of theirs names a reference that is not ours. */
    'missing-ours',
    /** Recorded money without a line. */
    'missing-theirs',
    'amount',
    'currency',
    'status',
    'duplicate-ours',
    'duplicate-theirs',
    /** A line without any reference. */
    'unallocated',
    /** Booked or paid after its time. */
    'late',
    'wrong-account',
    'fee-policy',
    'reversed',
    /** A line with a reference that cannot be read as one of ours: misspelt, cut, or meaning several. */
    'identity',
    ...dossierBreakKind.exclude(['late']).options,
  ])
  .meta({ id: 'BreakKind' });
export type BreakKind = z.output<typeof breakKind>;

export const breakState = z
  .enum(['open', 'assigned', 'explained', 'corrected', 'written-off', 'accepted', 'cleared'])
  .meta({
    id: 'BreakState',
    description: '`accepted`: a person made a pair of it. `cleared`: a later run found its other side.',
  });
export type BreakState = z.output<typeof breakState>;

/** What a run holds against what: payments against statements, or dossiers against what the portal shows. */
export const runAbout = z.enum(['money', 'dossiers']).meta({ id: 'RunAbout' });
export type RunAbout = z.output<typeof runAbout>;

export const runState = z.enum(['running', 'done', 'failed', 'stopped']);
export type RunState = z.output<typeof runState>;

export const dayState = z.enum(['open', 'closed', 'approved']);
export type DayState = z.output<typeof dayState>;
