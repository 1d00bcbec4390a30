import { type CipherGCMTypes, createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto';
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
} from '../../crypto/format.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import { type SubjectKey, tampered, type Vault } from '../../crypto/vault.ts';
import { newId, type Platform } from '../../platform.ts';

const CIPHER: CipherGCMTypes = 'aes-256-gcm';
const HEAD_BYTES = 1 + NONCE_BYTES;
const KEPT_KEYS_AN_EPOCH = 2000;
const OPTIONS = { authTagLength: TAG_BYTES };

/** The vault over Node's own synchronous ciphers: a dossier is sealed and opened in some ten microseconds. */
export function nodeVault(keyring: Keyring, platform: Platform): Vault {
  const epochs = new Map<number, EpochKeys>();
  const macKeys = new Map<string, Buffer>();
  const ownKeys = new Map<string, Buffer>();
  const nonces = nonceSource(platform);

  /** Undefined while this process does not hold the epoch's key. */
  function keyOf({ salt, epoch }: SubjectKey): Buffer | undefined {
    const from = keyring.epochKey(epoch);
    if (from === undefined) {
      epochs.delete(epoch);
      return undefined;
    }
    let held = epochs.get(epoch);
    if (held === undefined || held.from !== from) {
      held = { from, derived: new Map() };
      epochs.set(epoch, held);
    }
    let key = held.derived.get(salt);
    if (key !== undefined) return key;
    key = createHmac('sha256', from).update(subjectKeyInfo(salt)).digest();
    if (held.derived.size >= KEPT_KEYS_AN_EPOCH) held.derived.clear();
    held.derived.set(salt, key);
    return key;
  }
  async function findEpochs(items: readonly { readonly subject: SubjectKey }[]): Promise<void> {
    for (const { subject } of items)
      if (keyring.epochKey(subject.epoch) === undefined) await keyring.findEpochKey(subject.epoch);
  }

  function ownKey(purpose: string): Buffer {
    let key = ownKeys.get(purpose);
    if (key === undefined) {
      key = createHmac('sha256', keyring.macRoot).update(ownKeyInfo(purpose)).digest();
      ownKeys.set(purpose, key);
    }
    return key;
  }

  const sealOne = (key: Buffer, bound: string, text: string): string => sealed(key, bound, text).toString('base64');
  function sealed(key: Buffer, bound: string, content: string | Uint8Array): Buffer<ArrayBuffer> {
    const nonce = nonces();
    const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS).setAAD(Buffer.from(bound));
    const body = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content);
    cipher.final();
    const whole = Buffer.allocUnsafe(HEAD_BYTES + body.length + TAG_BYTES);
    whole[0] = FORMAT_VERSION;
    nonce.copy(whole, 1);
    body.copy(whole, HEAD_BYTES);
    cipher.getAuthTag().copy(whole, HEAD_BYTES + body.length);
    return whole;
  }

  return {
    newSubject: () => ({
      id: newId(platform, 'sub'),
      salt: Buffer.from(platform.bytes(16)).toString('base64'),
      epoch: keyring.presentEpoch(),
    }),
    seal: async (items) => {
      await findEpochs(items);
      return items.map(({ subject, purpose, row, text }) => {
        const key = subject.salt ? keyOf(subject) : undefined;
        if (key === undefined) throw new KeyGone(`the key of subject ${subject.id} is gone`);
        return sealOne(key, boundText(purpose, subject.id, row), text);
      });
    },
    open: async (items) => {
      await findEpochs(items);
      return items.map(({ subject, purpose, row, sealed }) => {
        const key = subject.salt ? keyOf(subject) : undefined;
        if (key === undefined) return undefined;
        try {
          return openOne(key, purpose, subject.id, row, sealed);
        } catch (cause) {
          throw tampered({ subject, purpose, row }, cause);
        }
      });
    },
    sealBytes: async ({ subject, purpose, row, bytes }) => {
      await findEpochs([{ subject }]);
      const key = subject.salt ? keyOf(subject) : undefined;
      if (key === undefined) throw new KeyGone(`the key of subject ${subject.id} is gone`);
      return sealed(key, boundText(purpose, subject.id, row), bytes);
    },
    openBytes: async ({ subject, purpose, row, bytes }) => {
      await findEpochs([{ subject }]);
      const key = subject.salt ? keyOf(subject) : undefined;
      if (key === undefined) return undefined;
      try {
        return opened(key, purpose, subject.id, row, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
      } catch (cause) {
        throw tampered({ subject, purpose, row }, cause);
      }
    },
    sealOwn: async (purpose, texts, row = OWN_ROW) =>
      texts.map((text) => sealOne(ownKey(purpose), boundText(purpose, OWN, row), text)),
    openOwn: async (purpose, sealed, row = OWN_ROW) =>
      sealed.map((text) => {
        try {
          return openOne(ownKey(purpose), purpose, OWN, row, text);
        } catch {
          return undefined;
        }
      }),
    mac: async (purpose, texts) => {
      let key = macKeys.get(purpose);
      if (key === undefined) {
        key = createHmac('sha256', keyring.macRoot).update(macKeyInfo(purpose)).digest();
        macKeys.set(purpose, key);
      }
      const held = key;
      return texts.map((text) => createHmac('sha256', held).update(text, 'utf8').digest('base64url'));
    },
    digest: nodeDigest,
  };
}

/** `Vault.digest` where there is no vault. */
export async function nodeDigest(texts: readonly string[]): Promise<string[]> {
  return texts.map((text) => hash('sha256', text, 'base64url'));
}

interface EpochKeys {
  readonly from: Uint8Array;
  readonly derived: Map<string, Buffer>;
}

const openOne = (key: Buffer, purpose: string, subject: string, row: string, sealed: string): string =>
  opened(key, purpose, subject, row, Buffer.from(sealed, 'base64')).toString('utf8');

function opened(key: Buffer, purpose: string, subject: string, row: string, whole: Buffer): Buffer<ArrayBuffer> {
  const bound = boundIn(whole[0], purpose, subject, row);
  if (whole.length < HEAD_BYTES + TAG_BYTES) throw new RangeError('format');
  const tagAt = whole.length - TAG_BYTES;
  const decipher = createDecipheriv(CIPHER, key, whole.subarray(1, HEAD_BYTES), OPTIONS)
    .setAAD(Buffer.from(bound))
    .setAuthTag(whole.subarray(tagAt));
  const content = decipher.update(whole.subarray(HEAD_BYTES, tagAt));
  decipher.final();
  return content;
}

/** Nonces cut from blocks of random bytes: one call for the random source serves many seals. */
function nonceSource(platform: Platform): () => Buffer {
  let block = Buffer.alloc(0);
  let at = 0;
  return () => {
    if (at + NONCE_BYTES > block.length) {
      block = Buffer.from(platform.bytes(NONCE_BYTES * 128));
      at = 0;
    }
    at += NONCE_BYTES;
    return block.subarray(at - NONCE_BYTES, at);
  };
}
