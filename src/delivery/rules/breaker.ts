import CircuitBreaker from 'opossum';
import type { BreakerPolicy } from '../../../adapters/adapter.ts';

/**
 * Detects that a system fails; the lane's row decides what follows, for all processes together. opossum keeps the
 * rolling window and its ratio; what it lacks is ours: failures must come from several keys, so that one poisoned
 * item does not stop everything.
 */
export interface FailureDetector {
  /** Tells how a call ended; `keys` are those that it failed for. Answers true when the lane is to be opened now. */
  record(failed: boolean, keys: readonly string[], nowMs: number): Promise<boolean>;
  /** Forgets the window: a probe went through. */
  reset(): void;
  close(): void;
}

const BUCKETS = 10;
/** Keys kept before those that left the window are dropped. */
const KEYS_BEFORE_PRUNING = 1_000;

/** The window moves with the times that `record` is told, so that it follows the injected clock and needs no timer. */
export function createFailureDetector(policy: BreakerPolicy): FailureDetector {
  const bucketMs = Math.max(1, Math.floor(policy.windowMs / BUCKETS));
  let window: { readonly circuit: CircuitBreaker<[boolean], void>; readonly rotation: Rotation } | undefined;
  let bucket = 0;
  /** Key to the time of its last failure, kept for the length of the window. */
  const failedKeys = new Map<string, number>();

  function at(nowMs: number): CircuitBreaker<[boolean], void> {
    const now = Math.floor(nowMs / bucketMs);
    if (window === undefined) {
      const rotation = new Rotation();
      const options = {
        timeout: false as const,
        rollingCountTimeout: policy.windowMs,
        rollingCountBuckets: BUCKETS,
        rollingPercentilesEnabled: false,
        enableSnapshots: false,
        rotateBucketController: rotation as never,
        volumeThreshold: policy.minimumCalls,
        // opossum opens above its threshold, we at the ratio.
        errorThresholdPercentage: policy.failureRatio * 100 - 1e-6,
        resetTimeout: policy.maxOpenMs,
      };
      window = { circuit: new CircuitBreaker<[boolean], void>(failIf, options), rotation };
      bucket = now;
    }
    const passed = now - bucket;
    // A clock set back leaves the window as it is.
    for (let index = Math.min(passed, BUCKETS); index > 0; index--) window.rotation.rotate();
    if (passed > 0) bucket = now;
    return window.circuit;
  }
  function drop(): void {
    window?.circuit.shutdown();
    window = undefined;
    failedKeys.clear();
  }
  function prune(nowMs: number): void {
    for (const [key, failedAt] of failedKeys) if (failedAt <= nowMs - policy.windowMs) failedKeys.delete(key);
  }

  return {
    async record(failed, keys, nowMs) {
      const detector = at(nowMs);
      if (failed) for (const key of keys) failedKeys.set(key, nowMs);
      if (failedKeys.size > KEYS_BEFORE_PRUNING) prune(nowMs);
      await detector.fire(failed).catch(() => undefined);
      if (!detector.opened) return false;
      prune(nowMs);
      if (failedKeys.size < policy.minimumKeys) {
        detector.close();
        return false;
      }
      drop();
      return true;
    },
    reset: drop,
    close: drop,
  };
}

async function failIf(failed: boolean): Promise<void> {
  if (failed) throw new Error('failed call');
}

/** What opossum listens to instead of an interval of its own. */
class Rotation {
  #listeners: (() => void)[] = [];
  on(_event: string, listener: () => void): void {
    this.#listeners.push(listener);
  }
  removeListener(_event: string, listener: () => void): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }
  listenerCount(): number {
    return this.#listeners.length;
  }
  rotate(): void {
    for (const listener of this.#listeners) listener();
  }
}
