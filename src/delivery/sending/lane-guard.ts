import type { LanePolicy, NotSent, Outcome } from '../../../adapters/adapter.ts';
import { vietnamTime } from '../../../contracts/domain/time.ts';
import { newId, type Platform } from '../../platform.ts';
import type { DeliveryObserver } from '../observer.ts';
import { createFailureDetector, type FailureDetector } from '../rules/breaker.ts';
import { TOLD_ALOUD_MS } from '../rules/hint.ts';
import { ruleReason } from '../rules/rule-reason.ts';
import type { Systems } from '../systems.ts';
import { CREDENTIAL_REFUSED, type Lanes } from './lanes.ts';

/** Told how each call of a lane ended, it opens and closes the lane's breaker, lowers and raises its rate, pauses its credential. */
export interface LaneGuard {
  /** `beside`: what they refused once more is passed by the others, so it opens no breaker and keeps none open for longer. */
  report(outcome: Outcome, keys: readonly string[], laneWasOpen: boolean, beside?: boolean): Promise<void>;
  close(): void;
}

/** What a peer that says "too much" without a time is left alone for, milliseconds. */
const DEFAULT_SLOW_DOWN_MS = 5_000;

/** The notice that a credential is tried no more by itself. */
export const credentialPaused = (system: string) =>
  ['the credential was refused and is paused', { system, reason: CREDENTIAL_REFUSED }] as const;

export function createLaneGuard(parts: {
  readonly lane: string;
  readonly system: string;
  readonly policy: LanePolicy;
  readonly lanes: Lanes;
  readonly platform: Platform;
  readonly observer: DeliveryObserver;
  readonly systems: Systems;
}): LaneGuard {
  const { lane, system, lanes, observer } = parts;
  const event = () => (parts.systems.get(system)?.quiet ? undefined : newId(parts.platform, 'evt'));
  const { breaker } = parts.policy;
  const detector: FailureDetector = createFailureDetector(breaker);
  // Both true at first: an earlier process may have left the lane lowered, or one refusal counted.
  let lowered = true;
  let refused = true;

  /** What they asked for is written beside the lane, and told where it is long. */
  async function heed({ reason, retryAfterMs = 0, cutFromMs, ours, heard }: NotSent): Promise<void> {
    if (retryAfterMs === 0 || ours === true || heard === true) return;
    const askedMs = cutFromMs ?? retryAfterMs;
    if (cutFromMs !== undefined)
      observer.notice('warn', 'the system asked for a longer wait than its policy believes', {
        ...{ lane, reason, askedMs, heededMs: retryAfterMs },
      });
    const id = retryAfterMs > TOLD_ALOUD_MS ? event() : undefined;
    const until = vietnamTime(parts.platform.wall() + retryAfterMs);
    await lanes.told(lane, { forMs: retryAfterMs, askedMs, reason, until }, id);
  }

  return {
    async report(outcome, keys, laneWasOpen, beside = false) {
      const nowMs = parts.platform.steady();
      const notSentFor = outcome.kind === 'not-sent' ? ruleReason(outcome) : undefined;
      if (outcome.kind === 'not-sent') await heed(outcome);
      if (outcome.kind === 'not-sent' && notSentFor === 'rate-limited') {
        lowered = true;
        await lanes.slowDown(lane, outcome.retryAfterMs ?? DEFAULT_SLOW_DOWN_MS);
        observer.notice('warn', 'the system asked us to slow down', {
          lane,
          retryAfterMs: outcome.retryAfterMs ?? null,
        });
        return;
      }
      if (notSentFor === 'login-refused') {
        refused = true;
        if (await lanes.loginRefused(system, event())) observer.notice('error', ...credentialPaused(system));
      }
      if (notSentFor === 'not-in-batch' || notSentFor === 'cancelled-before-sending') return;
      // They answered, if only that they do not take the request: the system is up, and waiting mends nothing.
      const answered = notSentFor === 'client-error';
      const failed =
        !answered && (outcome.kind === 'not-sent' || outcome.kind === 'unknown' || outcome.kind === 'drift');
      if (!failed && !answered && refused) {
        refused = false;
        await lanes.loginWorked(system);
      }
      // They asked for patience: no probe goes earlier, within the longest time that a lane stays open.
      const patienceMs = outcome.kind === 'not-sent' ? Math.min(outcome.retryAfterMs ?? 0, breaker.maxOpenMs) : 0;
      if (laneWasOpen) {
        if (failed) await lanes.probeFailed(lane, beside ? breaker.openMs : breaker.maxOpenMs, patienceMs);
        else {
          detector.reset();
          await lanes.close(lane, event());
          await lanes.bringForward(lane, () => newId(parts.platform, 't'));
          observer.notice('info', 'the breaker closed: the system answers again', { lane });
        }
        return;
      }
      if (beside) return;
      const cause = outcome.kind === 'not-sent' || outcome.kind === 'unknown' ? outcome.reason : outcome.kind;
      if (await detector.record(failed, keys, nowMs)) {
        const openMs = Math.max(breaker.openMs, patienceMs);
        await lanes.open(lane, cause, openMs, event());
        observer.notice('warn', 'the breaker opened: the system fails', { lane, cause, openMs });
      }
      if (!failed && !answered && lowered) lowered = await lanes.speedUp(lane);
    },
    close: () => detector.close(),
  };
}
