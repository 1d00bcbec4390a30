import type { KeptStanding, PeerSessions } from '../adapter.ts';
import { orAborted } from './or-aborted.ts';

/**
 * Sessions that live as long as their holder: for tests, and for a look at a system outside the gateway. Two keepers
 * over one of these stand for two processes over one store.
 */
export function memorySessions(): PeerSessions {
  const kept = new Map<string, KeptStanding>();
  const working = new Map<string, Promise<unknown>>();

  return {
    load: async (name) => kept.get(name) ?? { version: 0, text: undefined, restedMs: 0 },
    async save(name, text, over) {
      if ((kept.get(name)?.version ?? 0) !== over) return false;
      kept.set(name, { version: over + 1, text, restedMs: 0 });
      return true;
    },
    async alone(name, { signal }, work) {
      let waited = false;
      for (;;) {
        if (signal.aborted) return undefined;
        const before = working.get(name);
        if (before === undefined) break;
        waited = true;
        await orAborted(before, signal);
      }
      const mine = work(waited);
      const ended = mine.catch(() => undefined).finally(() => working.delete(name));
      working.set(name, ended);
      return mine;
    },
    mark: async (text) => `marked ${text.length} ${text}`,
  };
}
