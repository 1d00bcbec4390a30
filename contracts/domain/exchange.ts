import { z } from 'zod';

/** The life of one command: the last four are final. */
export const exchangeState = z
  .enum(['pending', 'sending', 'retrying', 'uncertain', 'dead', 'rejected', 'delivered', 'superseded', 'cancelled'])
  .meta({
    id: 'ExchangeState',
    description:
      '`uncertain`: it may have taken effect, and is asked about before anything newer goes. `dead`: given up, waits for a person. `rejected`: the system said no. `superseded`: a newer state replaced it before it was sent.',
  });
export type ExchangeState = z.infer<typeof exchangeState>;

/** Desired state; parts that go in order; one of a kind, with a result. */
export const exchangeKind = z.enum(['collapsing', 'appended', 'act']);
export type ExchangeKind = z.infer<typeof exchangeKind>;

/** What a conversation on the wire was for. */
export const attemptPurpose = z.enum(['send', 'read-back', 'confirm']);
export type AttemptPurpose = z.infer<typeof attemptPurpose>;

/** What a person found out about an exchange in doubt. */
export const statedOutcome = z.enum(['applied', 'not-applied']);
export type StatedOutcome = z.infer<typeof statedOutcome>;

/** What of an exchange's journal is said in a person's own words. */
export const saidOf = z.enum(['reason', 'stated-not-applied']);
export type SaidOf = z.infer<typeof saidOf>;

/** Why an exchange is not on its way at this moment. */
export const hold = z
  .enum([
    'sending',
    'parked',
    'quiet-time',
    'not-due-yet',
    'earlier-exchange',
    'its-snapshot',
    'dead-step',
    'lane-paused',
    'breaker-open',
    'told-to-wait',
    'downtime',
    'system-not-configured',
  ])
  .meta({
    id: 'Hold',
    description:
      '`quiet-time`: an earlier send may still take effect. `its-snapshot`: a step waits until the state that it belongs to is shown. `dead-step`: an earlier step was given up. `told-to-wait`: the system asked for patience.',
  });
export type Hold = z.infer<typeof hold>;
