import { z } from 'zod';

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
    'identity',
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

export const runState = z.enum(['running', 'done', 'failed', 'stopped']);
export type RunState = z.output<typeof runState>;

export const dayState = z.enum(['open', 'closed', 'approved']);
export type DayState = z.output<typeof dayState>;
