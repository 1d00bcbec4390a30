/** What the runtime gives and a test replaces: time, chance and timers. Nothing below `app.ts` reaches for its own. */
export interface Platform {
  /** Epoch milliseconds of the process's clock. Leases and due times use the store's clock instead. */
  now(): number;
  /** Uniform in [0, 1): jitter, never secrets. */
  random(): number;
  /** Cryptographically strong random bytes: ids, salts, keys. */
  bytes(count: number): Uint8Array;
  /** Runs once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * `prefix_` and 26 characters: 48 bits of time, then 80 random bits. Ids made later sort later, so that rows land at
 * the end of their tree; they tell nothing but the time of their making.
 */
export function newId(platform: Platform, prefix: string): string {
  let tail = '';
  for (const byte of platform.bytes(16)) tail += ALPHABET.charAt(byte & 31);
  return idFrom(prefix, platform.now()) + tail;
}

/** The beginning of every id made at this moment (epoch milliseconds): ids made earlier sort before it. */
export function idFrom(prefix: string, ms: number): string {
  let time = Math.floor(ms);
  const head = new Array<string>(10);
  for (let index = 9; index >= 0; index--) {
    head[index] = ALPHABET.charAt(time % 32);
    time = Math.floor(time / 32);
  }
  return `${prefix}_${head.join('')}`;
}
