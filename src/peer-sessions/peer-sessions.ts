import type { PeerSessions } from '../../adapters/adapter.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { dropLease, heldLease, takeLease } from '../store/lease.ts';
import { type Kept, kept, save } from './statements.ts';

/** Looks again for a login's end at most this far apart: another process makes it. */
const LOOK_EVERY_MS = 250;

/** The sessions of one system, for its adapter's calls. */
export type SessionsOf = (system: string) => PeerSessions;

/**
 * Sessions and tokens of systems in the store, one for all processes. At rest they are sealed under a key of the
 * gateway's own, bound to their system and name; a text that does not open is no session, and a login follows. A named
 * lease lets one process at a time log in; what a slower one brings later is refused by the version that it judged by.
 */
export function createPeerSessions(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
}): SessionsOf {
  const { engine, platform, vault } = parts;
  const purposeOf = (full: string) => `peer_session.sealed ${full}`;

  /** Settles after that time, or as soon as the signal aborts. */
  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = platform.after(ms, done);
      function done(): void {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }

  return (system) => ({
    async load(name) {
      const full = `${system}/${name}`;
      const [row] = await engine.all<Kept>(kept(full));
      if (row === undefined) return { version: 0, text: undefined, restedMs: 0 };
      const [text] = await vault.openOwn(purposeOf(full), [row.sealed]);
      return { version: row.version, text, restedMs: row.rested_ms };
    },
    async save(name, text, over) {
      const full = `${system}/${name}`;
      const [sealed = ''] = await vault.sealOwn(purposeOf(full), [text]);
      const rows = await engine.batch(save([{ name: full, sealed, over }], newId(platform, 't')));
      return rows.at(-1)?.length === 1;
    },
    async alone(name, { signal, holdMs }, work) {
      const lease = `login:${system}/${name}`;
      // Of this one piece of work, so that two callers of one process exclude each other, too.
      const owner = newId(platform, 'login');
      for (let waited = false; ; waited = true) {
        if (signal.aborted) return undefined;
        const rows = await engine.batch([takeLease(lease, owner, holdMs), heldLease(lease, owner)]);
        if (rows.at(-1)?.length !== 1) {
          await pause(LOOK_EVERY_MS, signal);
          continue;
        }
        try {
          return await work(waited);
        } finally {
          // A lease that cannot be dropped ends by itself; what the work came to stands.
          await engine.batch([dropLease(lease, owner)]).catch(() => undefined);
        }
      }
    },
    async mark(text) {
      const [mark = ''] = await vault.mac('peer_session.credential', [text]);
      return mark;
    },
  });
}
