/** What the runtime gives and a test replaces: time, chance and timers. Nothing below `app.ts` reaches for its own. */
export interface Platform {
  /**
   * Epoch milliseconds on the wall: what people, peers and law read. For what is shown, journalled, signed, sent, put into
   * an id or held against a date of somebody else's. It may jump either way, so nothing waits by it.
   */
  wall(): number;
  /**
   * Milliseconds for what lasts and for what is compared with another instant of ours: deadlines, throttles, caches,
   * leases. Counted as the store's `{now}` is, so that an instant may be kept and read by another process; shown to nobody.
   */
  steady(): number;
  /** Uniform in [0, 1): jitter, never secrets. */
  random(): number;
  /** Cryptographically strong random bytes: ids, salts, keys. */
  bytes(count: number): Uint8Array;
  /** Runs once after `ms` milliseconds; the answer cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** Settles after `ms` milliseconds, whatever comes. */
export const pause = (platform: Pick<Platform, 'after'>, ms: number): Promise<void> =>
  new Promise((resolve) => void platform.after(Math.max(0, ms), resolve));

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ids that one millisecond of one process may make before their order within it is lost: 32^4. */
const COUNTS = 1_048_576;
const made = new WeakMap<Platform, { ms: number; count: number }>();

/**
 * `prefix_` and 26 characters: 48 bits of time, 20 of a count within the millisecond, then 60 random bits. Ids that a
 * process makes later sort later, so that rows land at the end of their tree and events of one moment keep their order;
 * they tell nothing but the time of their making. A clock set back makes ids of the past, still unique.
 */
export function newId(platform: Platform, prefix: string): string {
  const ms = platform.wall();
  let last = made.get(platform);
  if (last === undefined) {
    last = { ms, count: 0 };
    made.set(platform, last);
  } else if (last.ms === ms) last.count = (last.count + 1) % COUNTS;
  else {
    last.ms = ms;
    last.count = 0;
  }
  let tail = base32(last.count, 4);
  for (const byte of platform.bytes(12)) tail += ALPHABET.charAt(byte & 31);
  return idFrom(prefix, ms) + tail;
}

/** The beginning of every id made at this moment (epoch milliseconds): ids made earlier sort before it. */
export function idFrom(prefix: string, ms: number): string {
  return `${prefix}_${base32(Math.floor(ms), 10)}`;
}

function base32(value: number, digits: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < digits; digit++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
