import type { Confirmation, Outcome } from '../../../adapters/adapter.ts';
import { triesIn, waitMs } from './schedule.ts';
import {
  again,
  deliver,
  FOR_A_PERSON,
  givenBack,
  type InHand,
  patienceOf,
  type Recoverability,
  type Settlement,
} from './settlement.ts';

/** The cause of an act that provably never took effect. */
export const NEVER_ARRIVED = 'never-arrived';

/** What became of an act by their answer to the question whether it took effect, and the outcome that says so. */
export interface Answered {
  readonly settlement: Settlement;
  readonly outcome: Outcome;
}

/**
 * Whether an act took effect, as they say. It is never sent again, whatever they answer: a plain "no" ends it, and its
 * room may begin another under a new reference, so that a peer that acts late makes no second effect of ours.
 */
export function settleQuestion(
  item: InHand,
  asked: Outcome<Confirmation>,
  operation: Recoverability,
  random: number,
): Answered {
  const nothing: Outcome = { kind: 'completed', result: null };
  if (asked.kind === 'not-sent' || asked.kind === 'unknown')
    return { settlement: unanswered(item, asked, operation, random), outcome: asked };
  const base: Settlement = { ...givenBack(item), outcome: 'completed', code: null, suspect: false };
  const said = asked.kind === 'completed' ? asked.result : ({ kind: 'cannot-tell' } as const);
  switch (said.kind) {
    case 'applied':
      return {
        settlement: { ...deliver(base, item), code: 'confirmed' },
        outcome: { kind: 'completed', result: said.result },
      };
    case 'taken':
      return {
        settlement: { ...deliver(base, item), code: 'confirmed' },
        outcome: { kind: 'accepted', ref: said.ref },
      };
    case 'not-applied':
      return {
        settlement: { ...base, to: 'cancelled', cause: NEVER_ARRIVED, code: NEVER_ARRIVED, doubt: 'none' },
        outcome: nothing,
      };
    case 'cannot-tell':
      return {
        settlement: { ...base, to: 'uncertain', cause: 'cannot-tell', doubt: 'ask-first', parking: FOR_A_PERSON },
        outcome: nothing,
      };
  }
}

/** They could not be asked now: the question is put again by the schedule, and nothing is sent before it is answered. */
export function unanswered(item: InHand, asked: Outcome, operation: Recoverability, random: number): Settlement {
  const { scheduleMs } = operation.policy;
  const { retryAfterMs, toldMs } = asked.kind === 'not-sent' ? patienceOf(asked) : { toldMs: 0 };
  const dueInMs = waitMs(scheduleMs, triesIn(scheduleMs, item.tried_ms), random, retryAfterMs);
  return again(
    {
      ...givenBack(item),
      to: 'uncertain',
      cause: 'confirm-failed',
      code: 'confirm-failed',
      toldMs,
      doubt: 'ask-first',
    },
    item,
    operation,
    dueInMs,
  );
}
