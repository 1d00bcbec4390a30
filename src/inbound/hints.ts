import type { Platform } from '../platform.ts';

/** The same hint within this time is one hint; later it is a new one, because what it points at may have changed. */
const SAME_FOR_MS = 60_000;
/** Hints of one system that one process stores in a minute. Anybody can send them, and each takes a row. */
const A_MINUTE = 600;

/**
 * Bounds what nobody has to prove. A hint that is turned away loses nothing: what it points at is watched, or asked about
 * by its own schedule.
 */
export function createHints({ steady }: Pick<Platform, 'steady'>): {
  /** What a hint is deduplicated by, or undefined where this minute has had enough of them. */
  admit(system: string, dedupeKey: string): string | undefined;
} {
  let minute = 0;
  const taken = new Map<string, number>();
  return {
    admit(system, dedupeKey) {
      const current = Math.floor(steady() / SAME_FOR_MS);
      if (current !== minute) taken.clear();
      minute = current;
      const before = taken.get(system) ?? 0;
      if (before >= A_MINUTE) return undefined;
      taken.set(system, before + 1);
      return `${dedupeKey}@${minute}`;
    },
  };
}
