import { randomFillSync } from 'node:crypto';
import type { Platform } from '../../platform.ts';
import type { SteadyClock } from '../../store/clock.ts';

/** Random bytes are drawn from the system in blocks of this size: one call a few hundred ids. */
const POOL_BYTES = 8192;

/** `clock`: of the store that it works for. */
export function nodePlatform(clock: Pick<SteadyClock, 'wall' | 'steady'>): Platform {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    wall: () => clock.wall(),
    steady: () => clock.steady(),
    random: () => Math.random(),
    bytes(count) {
      if (count > POOL_BYTES) return randomFillSync(Buffer.alloc(count));
      if (used + count > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const start = used;
      used += count;
      // A copy: a block is filled anew while earlier callers may still hold theirs.
      return Uint8Array.prototype.slice.call(pool, start, used);
    },
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
