import type { Platform } from '../platform.ts';

/** A UUID whose last group is no citizen's number. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-(?!0[0-9]{11}$)[0-9a-f]{12}$/i;
/** What else programs make of chance, and nobody is called: a ULID, or hexadecimal digits, perhaps after a word. */
const OF_CHANCE = /^(?:[a-z]{1,8}[-_])?(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9a-f]{8,64})$/i;
/** What they count or make short: perhaps a word, then parts with digits in which no more than three letters follow another. */
const PART = '[A-Za-z]{0,3}[0-9]+(?:[A-Za-z]{1,3}[0-9]+)*[A-Za-z]{0,3}';
const COUNTED = new RegExp(`^(?:[a-z]{1,8}[-_.])?${PART}(?:[-_.]${PART})*$`);

/**
 * The caller's request id where it has the shape of one that a program made, so that it may stand in logs; else one of
 * ours. Nine digits in a row could be somebody's number (one id of chance in some hundreds has them), letters a name.
 */
export function requestIdOf(given: string | undefined, next: () => string): string {
  if (given === undefined || given.length > 100) return next();
  if (UUID.test(given)) return given;
  if (!(OF_CHANCE.test(given) || COUNTED.test(given))) return next();
  return /[0-9]/.test(given) && !/[0-9]{9}/.test(given.replaceAll(/[-_.]/g, '')) ? given : next();
}

/** Ids of this process: a random head and a counter. Unique, cheap, and nothing is protected by them. */
export function requestIds(platform: Platform): () => string {
  const head = Array.from(platform.bytes(6), (byte) => byte.toString(36).padStart(2, '0')).join('');
  let count = 0;
  return () => {
    count += 1;
    return `req_${head}${count.toString(36)}`;
  };
}

/** Characters of version, trace, parent and flags. */
const TRACEPARENT_LENGTH = 55;

/**
 * A valid W3C `traceparent`, or undefined: a wrong one is ignored, as the standard asks. What a later version of it may put
 * behind the four parts is cut off: it is free text of strangers, and goes into logs and to other systems.
 */
export function traceparentOf(given: string | undefined): string | undefined {
  const known = given?.slice(0, TRACEPARENT_LENGTH);
  if (known === undefined || !/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(known)) return undefined;
  const more = given?.charAt(TRACEPARENT_LENGTH);
  if (more !== '' && (known.startsWith('00') || more !== '-')) return undefined;
  // Ids of chance have letters: digits alone could be somebody's number.
  const [, trace = '', parent = ''] = known.split('-');
  return known.startsWith('ff') || !/[a-f]/.test(trace) || !/[a-f]/.test(parent) ? undefined : known;
}
