import type { BatchOutcome, Outcome } from '../../../adapters/adapter.ts';

/** The longest wait that a system can ask of us where its policy does not say another: ten minutes, in milliseconds. */
export const LONGEST_HINT_MS = 600_000;
/** A wait that they asked for is told aloud, by an event, when it is longer than this, milliseconds. */
export const TOLD_ALOUD_MS = 60_000;

/**
 * The outcome with what they asked us to wait cut to `longestMs`. Every outcome of an adapter passes here before anything
 * else sees it, so that no slip of theirs, and no adapter that forgets, can hold anything up for longer. A wait of our
 * own (`ours`) is no hint and stays. What was cut is noted in the outcome (`cutFromMs`). What is no number of milliseconds, or a negative one, counts as not said.
 */
export function heeded<Result>(outcome: Outcome<Result>, longestMs: number): Outcome<Result> {
  if (outcome.kind !== 'not-sent' || outcome.retryAfterMs === undefined || outcome.ours) return outcome;
  const { retryAfterMs, cutFromMs: _never, ...rest } = outcome;
  if (Number.isNaN(retryAfterMs) || retryAfterMs < 0) return rest;
  // A store counts whole milliseconds.
  if (retryAfterMs <= longestMs) return { ...rest, retryAfterMs: Math.ceil(retryAfterMs) };
  return { ...rest, retryAfterMs: longestMs, cutFromMs: Math.min(Math.ceil(retryAfterMs), Number.MAX_SAFE_INTEGER) };
}

/** The same for every outcome of a call of several. */
export function heededAll(batch: BatchOutcome<Outcome>, longestMs: number): BatchOutcome<Outcome> {
  if (batch.kind === 'itemised') return { ...batch, outcomes: batch.outcomes.map((each) => heeded(each, longestMs)) };
  const outcome = heeded(batch.outcome, longestMs);
  return outcome.kind === 'completed' || outcome.kind === 'accepted' ? batch : { ...batch, outcome };
}
