import { holdsNumberInAWord } from '../../contracts/domain/personal-number.ts';
import type { Platform } from '../platform.ts';

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/**
 * The caller's request id where it has the shape of one, so that it may stand in logs; else one of ours. It has
 * letters and digits: digits alone could be somebody's number, letters alone somebody's name.
 */
export function requestIdOf(given: string | undefined, next: () => string): string {
  return given !== undefined &&
    /^(?=.*[A-Za-z])(?=.*\d)[\w.-]{4,100}$/.test(given) &&
    !holdsNumberInAWord(given.replace(UUID, ''))
    ? given
    : next();
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
  return known.startsWith('ff') || /^..-0{32}/.test(known) || /^.{36}0{16}/.test(known) ? undefined : known;
}
