import { base64Of, bytesOf } from '../kit/base64.ts';
import { utf8 } from '../kit/bytes.ts';
import { goodAt, pemBlocks, trustedCertificates } from '../kit/certificate.ts';
import type { EcomConfig } from './config.ts';
import { IV } from './wire.ts';

type Keys = Pick<EcomConfig, 'aesKey' | 'signingKey' | 'trustedCerts'>;

const SIGNATURE = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-1' } as const;
const aes = (keys: Keys, use: 'encrypt' | 'decrypt'): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', bytesOf(keys.aesKey) ?? new Uint8Array(), 'AES-CBC', false, [use]);

/** AES-256-CBC with PKCS#5 padding, in base64. */
export async function encrypted(keys: Keys, plain: string): Promise<string> {
  const key = await aes(keys, 'encrypt');
  return base64Of(new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: IV }, key, utf8(plain))));
}

/** Undefined for what this key does not open, or what is no UTF-8 inside. */
export async function decrypted(keys: Keys, data: string): Promise<string | undefined> {
  const bytes = bytesOf(data);
  if (bytes === undefined) return undefined;
  try {
    const plain = await crypto.subtle.decrypt({ name: 'AES-CBC', iv: IV }, await aes(keys, 'decrypt'), bytes);
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return undefined;
  }
}

/** RSA-SHA1 over the texts with nothing between them, in base64. SHA-1 is theirs. */
export async function signed(keys: Keys, texts: readonly string[]): Promise<string> {
  const [der = new Uint8Array()] = pemBlocks(keys.signingKey, 'PRIVATE KEY');
  const key = await crypto.subtle.importKey('pkcs8', der, SIGNATURE, false, ['sign']);
  return base64Of(new Uint8Array(await crypto.subtle.sign(SIGNATURE.name, key, utf8(texts.join('')))));
}

/** Whether one of the bank's certificates, good at `wall`, made it. Without one nothing is signed: it fails closed. */
export async function isTheirs(
  keys: Keys,
  texts: readonly string[],
  signature: string,
  wall: number,
): Promise<boolean> {
  const bytes = bytesOf(signature);
  if (bytes === undefined || bytes.length === 0) return false;
  try {
    for (const { publicKey } of goodAt(trustedCertificates(keys.trustedCerts), wall)) {
      const key = await crypto.subtle.importKey('spki', publicKey, SIGNATURE, false, ['verify']);
      if (await crypto.subtle.verify(SIGNATURE.name, key, bytes, utf8(texts.join('')))) return true;
    }
  } catch {
    // A key of another kind than RSA verifies nothing.
  }
  return false;
}
