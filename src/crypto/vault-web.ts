import { newId, type Platform } from '../platform.ts';
import { type Bytes, concat, fromBase64, fromUtf8, ofItsOwn, toBase64, toBase64Url, utf8 } from './bytes.ts';
import {
  boundIn,
  boundText,
  FORMAT_VERSION,
  KeyGone,
  macKeyInfo,
  NONCE_BYTES,
  OWN,
  OWN_ROW,
  ownKeyInfo,
  subjectKeyInfo,
  TAG_BYTES,
} from './format.ts';
import type { Keyring } from './keyring.ts';
import { type SubjectKey, tampered, type Vault } from './vault.ts';

/** The vault over Web Crypto, for every runtime. On Node the one over `node:crypto` is several times faster. */
export function webVault(keyring: Keyring, platform: Platform): Vault {
  const derived = new Map<string, { readonly from: Uint8Array; readonly key: CryptoKey }>();
  const macKeys = new Map<string, CryptoKey>();
  const ownKeys = new Map<string, Promise<CryptoKey>>();

  async function keyOf({ salt, epoch }: SubjectKey): Promise<CryptoKey | undefined> {
    if (!salt) return undefined;
    const from = keyring.epochKey(epoch) ?? (await keyring.findEpochKey(epoch));
    if (from === undefined) return undefined;
    const name = `${epoch} ${salt}`;
    const held = derived.get(name);
    if (held !== undefined && held.from === from) return held.key;
    const key = await cipherKey(from, subjectKeyInfo(salt));
    if (derived.size >= 1000) derived.clear();
    derived.set(name, { from, key });
    return key;
  }
  function ownKey(purpose: string): Promise<CryptoKey> {
    let key = ownKeys.get(purpose);
    if (key === undefined) {
      key = cipherKey(keyring.macRoot, ownKeyInfo(purpose));
      ownKeys.set(purpose, key);
    }
    return key;
  }
  const sealOne = async (key: CryptoKey, bound: string, text: string): Promise<string> =>
    toBase64(await sealed(key, bound, utf8(text)));
  async function sealed(key: CryptoKey, bound: string, content: Bytes): Promise<Bytes> {
    const iv = Uint8Array.from(platform.bytes(NONCE_BYTES));
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(bound) };
    const body = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, content));
    return concat(Uint8Array.of(FORMAT_VERSION), iv, body);
  }

  return {
    newSubject: () => ({
      id: newId(platform, 'sub'),
      salt: toBase64(platform.bytes(16)),
      epoch: keyring.presentEpoch(),
    }),
    seal: (items) =>
      Promise.all(
        items.map(async ({ subject, purpose, row, text }) => {
          const key = await keyOf(subject);
          if (key === undefined) throw new KeyGone(`the key of subject ${subject.id} is gone`);
          return sealOne(key, boundText(purpose, subject.id, row), text);
        }),
      ),
    open: (items) =>
      Promise.all(
        items.map(async (item) => {
          const key = await keyOf(item.subject);
          if (key === undefined) return undefined;
          const { subject, purpose, row } = item;
          try {
            return await openOne(key, purpose, subject.id, row, item.sealed);
          } catch (cause) {
            throw tampered({ subject, purpose, row }, cause);
          }
        }),
      ),
    sealBytes: async ({ subject, purpose, row, bytes }) => {
      const key = await keyOf(subject);
      if (key === undefined) throw new KeyGone(`the key of subject ${subject.id} is gone`);
      return sealed(key, boundText(purpose, subject.id, row), ofItsOwn(bytes));
    },
    openBytes: async ({ subject, purpose, row, bytes }) => {
      const key = await keyOf(subject);
      if (key === undefined) return undefined;
      try {
        return await opened(key, purpose, subject.id, row, ofItsOwn(bytes));
      } catch (cause) {
        throw tampered({ subject, purpose, row }, cause);
      }
    },
    sealOwn: async (purpose, texts, row = OWN_ROW) => {
      const key = await ownKey(purpose);
      return Promise.all(texts.map((text) => sealOne(key, boundText(purpose, OWN, row), text)));
    },
    openOwn: async (purpose, sealed, row = OWN_ROW) => {
      const key = await ownKey(purpose);
      return Promise.all(sealed.map((text) => openOne(key, purpose, OWN, row, text).catch(() => undefined)));
    },
    mac: async (purpose, texts) => {
      let key = macKeys.get(purpose);
      if (key === undefined) {
        key = await hmacKey(await hmac(await hmacKey(keyring.macRoot), macKeyInfo(purpose)));
        macKeys.set(purpose, key);
      }
      const held = key;
      return Promise.all(texts.map(async (text) => toBase64Url(await hmac(held, text))));
    },
    digest: webDigest,
  };
}

/** `Vault.digest` where there is no vault: an offline verifier holds no secret. */
export function webDigest(texts: readonly string[]): Promise<string[]> {
  return Promise.all(
    texts.map(async (text) => toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8(text))))),
  );
}

const openOne = async (key: CryptoKey, purpose: string, subject: string, row: string, sealed: string) =>
  fromUtf8(await opened(key, purpose, subject, row, fromBase64(sealed)));

async function opened(key: CryptoKey, purpose: string, subject: string, row: string, bytes: Bytes): Promise<Bytes> {
  const bound = boundIn(bytes[0], purpose, subject, row);
  if (bytes.length < 1 + NONCE_BYTES + TAG_BYTES) throw new RangeError('format');
  const algorithm = { name: 'AES-GCM', iv: bytes.subarray(1, 1 + NONCE_BYTES), additionalData: utf8(bound) };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(1 + NONCE_BYTES)));
}

async function cipherKey(from: Uint8Array, info: string): Promise<CryptoKey> {
  const raw = await hmac(await hmacKey(from), info);
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

const hmacKey = (raw: Uint8Array): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', Uint8Array.from(raw), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);

async function hmac(key: CryptoKey, text: string): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, utf8(text)));
}
