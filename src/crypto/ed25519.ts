import { type Bytes, concat, fromBase64Url, toBase64Url, utf8 } from './bytes.ts';

/** Signs with a key that never leaves the process; the public key is base64url of its 32 bytes. */
export interface Signer {
  readonly publicKey: string;
  /** Base64url. Ed25519 is deterministic: the same text has the same signature. */
  sign(text: string): Promise<string>;
}

/** PKCS#8 around a bare Ed25519 seed (RFC 8410). */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20);

export async function ed25519Signer(seed: Uint8Array): Promise<Signer> {
  if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes');
  const pkcs8: Bytes = concat(PKCS8_HEAD, seed);
  const readable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x } = (await crypto.subtle.exportKey('jwk', readable)) as { x?: string };
  if (x === undefined) throw new Error('this runtime tells no public key for an Ed25519 key');
  const key = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  return {
    publicKey: x,
    sign: async (text) => toBase64Url(new Uint8Array(await crypto.subtle.sign('Ed25519', key, utf8(text)))),
  };
}

/** False for a wrong signature, and for a key or signature that is malformed. */
export async function verifyEd25519(publicKey: string, text: string, signature: string): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('raw', fromBase64Url(publicKey), 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, fromBase64Url(signature), utf8(text));
  } catch {
    return false;
  }
}
