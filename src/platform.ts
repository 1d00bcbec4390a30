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

/** Ids that one millisecond of one process may make: 32^4. Who makes more goes on in the next. */
const COUNTS = 1_048_576;
const made = new WeakMap<Platform, { ms: number; count: number }>();

/**
 * `prefix_` and 26 characters: 48 bits of time, 20 of a count within the millisecond, then 60 random bits. Ids that a
 * process makes later sort later, so that rows land at the end of their tree and events of one moment keep their order;
 * they tell nothing but the time of their making. Where the clock was set back they stay at the latest moment that they
 * were at, until the clock has come there again.
 */
export function newId(platform: Platform, prefix: string): string {
  const last = lastOf(platform);
  const ms = Math.trunc(platform.wall());
  if (ms > last.ms) {
    last.ms = ms;
    last.count = 0;
  } else if (last.count + 1 < COUNTS) last.count += 1;
  else {
    last.ms += 1;
    last.count = 0;
  }
  let tail = base32(last.count, 4);
  for (const byte of platform.bytes(12)) tail += ALPHABET.charAt(byte & 31);
  return idFrom(prefix, last.ms) + tail;
}

function lastOf(platform: Platform): { ms: number; count: number } {
  let last = made.get(platform);
  if (last === undefined) {
    last = { ms: 0, count: 0 };
    made.set(platform, last);
  }
  return last;
}

/** The moment of the newest id, epoch milliseconds: to be kept for the next process. */
export const lastIdMs = (platform: Platform): number => Math.max(lastOf(platform).ms, Math.trunc(platform.wall()));

/** No id of this process is of an earlier moment than this: an earlier process has made some there. */
export function noIdBefore(platform: Platform, ms: number): void {
  const last = lastOf(platform);
  if (ms > last.ms) Object.assign(last, { ms, count: 0 });
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
