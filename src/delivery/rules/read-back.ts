import type { Outcome, ReadBack } from '../../../adapters/adapter.ts';
import { unanswered } from './question.ts';
import { waitMs } from './schedule.ts';
import { deliver, givenBack, type InHand, PARKED_FOR_MS, type Recoverability, type Settlement } from './settlement.ts';

/** As a cause: they show another state. As the reason of parking: they go on doing so after completed sends. */
export const DIFFERS = 'shown-state-differs';
/** As the reason of parking: only the owner's next state can be trusted to be newer than what they show. */
export const STATE_REQUESTED = 'state-requested';
const forTheOwner = (reason: string) => ({ reason, waitsFor: 'owner', forMs: PARKED_FOR_MS }) as const;

/**
 * Tries after which a look that cannot be had is given up, and what the peer answered is believed; and looks that told
 * the same after which that is believed.
 */
const LOOKS_BEFORE_BELIEVING = 5;

const shown = (item: InHand): Settlement => ({
  ...deliver(givenBack(item), item),
  outcome: 'completed',
  code: null,
  suspect: false,
});

/**
 * What they were seen to show, for a send that completed after an earlier unknown one. An older state that still
 * shows is mended by sending again, but not for ever: a peer that completes the send and shows something else each time
 * is a matter for the owner. A peer that cannot tell, or cannot be asked, is believed in what it answered.
 * `seenBefore` counts the looks for this exchange that told the same as this one.
 */
export function settleLook(
  item: InHand,
  looked: Outcome<ReadBack>,
  { policy }: Recoverability,
  random: number,
  seenBefore = 0,
): Settlement {
  const seen = seenOf(looked, item.attempts >= LOOKS_BEFORE_BELIEVING);
  if (seen === 'matches' || seen === 'cannot-tell') return { ...shown(item), code: `read-back-${seen}` };
  const dueInMs = Math.max(policy.quietMs, waitMs(policy.scheduleMs, item.attempts, random));
  return {
    ...shown(item),
    to: 'retrying',
    cause: `read-back-${seen}`,
    code: `read-back-${seen}`,
    sentVersion: null,
    dueInMs,
    triedMs: item.tried_ms + dueInMs,
    quietMs: policy.quietMs,
    doubt: 'look-after',
    ...(seen !== 'failed' &&
      seenBefore + 1 >= LOOKS_BEFORE_BELIEVING && {
        to: 'uncertain',
        cause: DIFFERS,
        parking: forTheOwner(DIFFERS),
      }),
  };
}

/**
 * Before anything is sent for a stream whose past is in doubt (after a restore). Absent: sending is harmless.
 * Matching: they tell of existence and status, not of content, so that it is taken as shown only where this stream has
 * no other content that it could be. Anything else: only a fresh state from the owner can be trusted to be newer.
 */
export function settleLookFirst(
  item: InHand & { readonly sent_version: number; readonly seq: number },
  looked: Outcome<ReadBack>,
  operation: Recoverability,
  random: number,
): Settlement | 'send' {
  const seen = seenOf(looked, false);
  if (seen === 'failed') return unanswered(item, looked, operation, random);
  if (seen === 'absent') return 'send';
  if (seen === 'matches' && isOnlyContent(item)) return { ...shown(item), code: 'confirmed-by-status' };
  return {
    ...shown(item),
    to: 'uncertain',
    cause: seen === 'matches' ? 'content-unproven' : DIFFERS,
    code: `read-back-${seen}`,
    sentVersion: null,
    doubt: 'ask-first',
    parking: forTheOwner(STATE_REQUESTED),
  };
}

/** Nothing else of this stream was ever sent or waited to be: what shows can only come from this exchange, or is newer. */
function isOnlyContent(item: {
  readonly sent_version: number;
  readonly version: number | null;
  readonly seq: number;
}): boolean {
  return item.sent_version === 0 && (item.version === 1 || item.seq === 1);
}

/** A refusal or an unreadable answer tells as little as "cannot tell"; silence may be asked again, but not for ever. */
function seenOf(looked: Outcome<ReadBack>, believe: boolean): ReadBack | 'failed' {
  if (looked.kind === 'completed') return looked.result;
  if (looked.kind === 'not-sent' || looked.kind === 'unknown') return believe ? 'cannot-tell' : 'failed';
  return 'cannot-tell';
}
