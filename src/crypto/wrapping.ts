import { type Bytes, concat, fromBase64, toBase64, utf8 } from './bytes.ts';

/** Keys derived from `MASTER_KEY` with HKDF-SHA256, one a purpose: none tells anything of another. */
export async function deriveKey(masterKey: Uint8Array, purpose: string): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', Uint8Array.from(masterKey), 'HKDF', false, ['deriveBits']);
  const info = utf8(`lienthong/${purpose}/1`);
  const bits = await crypto.subtle.deriveBits(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info },
    base,
    256,
  );
  return new Uint8Array(bits);
}

/** Wraps epoch keys: AES-256-GCM under a key derived from `MASTER_KEY`, bound to the key ring and the epoch. */
export interface Wrapping {
  wrap(key: Uint8Array, boundTo: string, nonce: Uint8Array): Promise<string>;
  /** Undefined where the text was changed, or wrapped under another master key. */
  unwrap(text: string, boundTo: string): Promise<Bytes | undefined>;
}

export async function openWrapping(masterKey: Uint8Array): Promise<Wrapping> {
  const raw = await deriveKey(masterKey, 'keyring-wrap');
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    wrap: async (secret, boundTo, nonce) => {
      const iv = Uint8Array.from(nonce);
      const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(boundTo) };
      const wrapped = await crypto.subtle.encrypt(algorithm, key, Uint8Array.from(secret));
      return toBase64(concat(iv, new Uint8Array(wrapped)));
    },
    unwrap: async (text, boundTo) => {
      try {
        const bytes = fromBase64(text);
        const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, 12), additionalData: utf8(boundTo) };
        return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(12)));
      } catch {
        return undefined;
      }
    },
  };
}
