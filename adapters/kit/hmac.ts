import { utf8 } from './bytes.ts';

/**
 * Whether a lower- or upper-case hex text is the HMAC-SHA256 of these bytes, as they came, under the key. Without a key
 * nothing is: a forgotten variable opens no door. The comparison takes the same time wherever they differ.
 */
export async function isHmacSha256(key: string, bytes: Uint8Array, hex: string): Promise<boolean> {
  if (key === '' || !/^[0-9a-f]{64}$/i.test(hex)) return false;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', utf8(key), algorithm, false, ['verify']);
  return crypto.subtle.verify('HMAC', imported, bytesOf(hex), new Uint8Array(bytes));
}

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
