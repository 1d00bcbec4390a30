import { toBase64Url, utf8 } from '../crypto/bytes.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Platform } from '../platform.ts';

/**
 * A key is 256 random bits, so plain SHA-256 is the right way to keep it: there is no dictionary to try, which is what
 * slow password hashes defend against, and a fast one keeps the cost of a request low.
 */
export async function keyHash(key: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', utf8(key));
  return toBase64Url(new Uint8Array(digest));
}

/**
 * What stands in store, journal and log for an account of the identity provider: a keyed digest, because a subject may be
 * an identity number, a name or an address of mail, and whoever guesses it must not be able to prove the guess.
 */
export async function accountOf(vault: Pick<Vault, 'mac'>, sub: string): Promise<string> {
  const [digest = ''] = await vault.mac('account', [sub]);
  return `jwt:${digest.slice(0, 22).replaceAll('+', '-').replaceAll('/', '_')}`;
}

/** What stood for it until version 0.3. */
export async function formerAccountOf(sub: string): Promise<string> {
  return `jwt:${/@|\d{9}|[^\w.:|-]/.test(sub) ? (await keyHash(sub)).slice(0, 22) : sub}`;
}

export const LIVE_PREFIX = 'ltk_live_';
export const TEST_PREFIX = 'ltk_test_';

export function newKeyText(platform: Platform, test: boolean): string {
  return (test ? TEST_PREFIX : LIVE_PREFIX) + toBase64Url(platform.bytes(32));
}

/** Compares in a time that tells nothing about where two texts differ: both are hashed first. */
export async function sameSecret(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([keyHash(a), keyHash(b)]);
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
