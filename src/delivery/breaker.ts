import CircuitBreaker from 'opossum';
import type { BreakerPolicy } from '../../adapters/adapter.ts';

/**
 * Detects that a system fails; the lane's row decides what follows, for all processes together. opossum keeps the
 * rolling window and its ratio; what it lacks is ours: failures must come from several keys, so that one poisoned
 * dossier does not stop a province.
 */
export interface FailureDetector {
  /** Tells how a call ended. Answers true when the lane is to be opened now. */
  record(failed: boolean, keys: readonly string[], nowMs: number): Promise<boolean>;
  /** Forgets the window: a probe went through. */
  reset(): void;
  close(): void;
}

/** Built on first use: opossum starts an interval when constructed. */
export function createFailureDetector(policy: BreakerPolicy): FailureDetector {
  let window: CircuitBreaker<[boolean], void> | undefined;
  /** Key to the time of its last failure, kept for the length of the window. */
  const failedKeys = new Map<string, number>();

  function open(): CircuitBreaker<[boolean], void> {
    window ??= new CircuitBreaker<[boolean], void>(
      async (failed) => {
        if (failed) throw new Error('failed call');
      },
      {
        timeout: false,
        rollingCountTimeout: policy.windowMs,
        rollingCountBuckets: 10,
        volumeThreshold: policy.minimumCalls,
        errorThresholdPercentage: policy.failureRatio * 100,
        resetTimeout: policy.maxOpenMs,
      },
    );
    return window;
  }
  function drop(): void {
    window?.shutdown();
    window = undefined;
    failedKeys.clear();
  }

  return {
    async record(failed, keys, nowMs) {
      const detector = open();
      if (failed) for (const key of keys) failedKeys.set(key, nowMs);
      await detector.fire(failed).catch(() => undefined);
      if (!detector.opened) return false;
      for (const [key, at] of failedKeys) if (at < nowMs - policy.windowMs) failedKeys.delete(key);
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
