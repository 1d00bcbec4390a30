import type { InboundRequest } from '../../adapters/adapter.ts';
import type { Vault } from '../crypto/vault.ts';
import type { DeliveryObserver } from '../delivery/observer.ts';
import { errorWords } from '../error-words.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { refilled, type TokenBucket, taken } from '../token-bucket.ts';
import { beginningOf, rawOf } from './raw.ts';
import * as statements from './statements.ts';

/** One refused message. `why` is a word of ours. */
export interface Refusal {
  readonly system: string;
  readonly path: string;
  readonly verifier: string;
  readonly why: 'not-verified' | 'too-large' | 'not-understood';
  /** Reads the request, bounded. Asked only where it is going to be kept: what is merely counted costs no reading. */
  readonly read: () => Promise<InboundRequest>;
}

/** What cannot be believed is kept to be looked at, but a stranger must not be able to fill the disk with it. */
const WRITES_PER_SECOND = 5;
const ROWS_A_SYSTEM = 1_000;
const RAW_BYTES = 16_384;
const KEPT_MS = 30 * 86_400_000;
const DAY_MS = 86_400_000;

/**
 * Keeps refused messages: one row a day, sender and reason, with its count; the first one raw and sealed. Beyond a few
 * writes a second they are only counted, and a system's count goes down with the next row of it that is written. It never throws:
 * a refusal that cannot be recorded is still a refusal.
 */
export function createRefusals(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly observer: DeliveryObserver;
}) {
  const { engine, vault, platform, observer } = parts;
  let bucket: TokenBucket = { tokens: WRITES_PER_SECOND, at: platform.steady() };
  const uncounted = new Map<string, number>();

  function mayWrite(): boolean {
    const filled = refilled(bucket, WRITES_PER_SECOND, WRITES_PER_SECOND, platform.steady());
    const less = taken(filled);
    bucket = less ?? filled;
    return less !== undefined;
  }

  const merelyCount = (system: string, times: number): void =>
    void uncounted.set(system, (uncounted.get(system) ?? 0) + times);

  async function write({ system, path, verifier, why, read }: Refusal, more: number): Promise<void> {
    const request = await read();
    const [full] = await engine.all<{ n: number }>(statements.refusedRows(system));
    const day = Math.floor(platform.wall() / DAY_MS);
    // The address is kept as a keyed digest; where there are too many senders they share one row.
    const [sender = ''] = await vault.mac('inbound.peer', [request.remoteAddress]);
    const who = (full?.n ?? 0) >= ROWS_A_SYSTEM ? 'others' : sender.slice(0, 22);
    const subject = vault.newSubject();
    const { remoteAddress } = request;
    const kept = { ...rawOf({ ...request, body: beginningOf(request.body, RAW_BYTES) }), remoteAddress };
    const id = newId(platform, 'in');
    const [raw = ''] = await vault.seal([{ subject, purpose: 'inbound.raw', row: id, text: JSON.stringify(kept) }]);
    const [hash = ''] = await vault.digest([raw]);
    const token = newId(platform, 't');
    await engine.batch([
      ...statements.store(
        {
          ...{ system, path, verifier, subject, raw, hash, more },
          id,
          head: `refused:${path}:${why}:${day}:${who}`,
          digest: '',
          type: why,
          ref: null,
          state: 'refused',
        },
        token,
      ),
    ]);
    observer.notice('warn', 'a callback was refused', { system, path, why, verifier, count: more + 1 });
  }

  return {
    async record(refusal: Refusal): Promise<void> {
      const { system } = refusal;
      if (!mayWrite()) return merelyCount(system, 1);
      const more = uncounted.get(system) ?? 0;
      uncounted.delete(system);
      try {
        await write(refusal, more);
      } catch (error) {
        merelyCount(system, more + 1);
        observer.notice('warn', 'a refused callback could not be recorded', { system, error: errorWords(error) });
      }
    },
    async forgetOld(): Promise<void> {
      const old = await engine.all(statements.oldRefused(KEPT_MS));
      if (old.length > 0) await engine.batch(statements.forgetRefused(KEPT_MS));
    },
  };
}
