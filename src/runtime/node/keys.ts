import { basename, dirname, join } from 'node:path';
import type { Config } from '../../config.ts';
import { fromBase64 } from '../../crypto/bytes.ts';
import { ed25519Signer, type Signer } from '../../crypto/ed25519.ts';
import { type Keyring, type KeyringOptions, openKeyring, openRing } from '../../crypto/keyring.ts';
import type { Vault } from '../../crypto/vault.ts';
import { deriveKey } from '../../crypto/wrapping.ts';
import type { Secret } from '../../observability/secret.ts';
import type { Platform } from '../../platform.ts';
import { fileKeyring, keyringPath } from './keyring-file.ts';
import { nodeVault } from './vault.ts';

export interface OpenKeys {
  readonly keyring: Keyring;
  readonly vault: Vault;
  /** Signs the journal's seals. */
  readonly signer: Signer;
}

/** Beside the database unless `KEYRING_URL` says otherwise; never inside it, and never in its backups. */
export function keyringFile(config: Pick<Config, 'keyringUrl'>, databaseFile: string): string {
  return config.keyringUrl === undefined ? beside(databaseFile, '.keyring') : keyringPath(config.keyringUrl);
}

/** Where the journal's heads are anchored: beside the key ring, so that whoever alters the database must reach both. */
export function anchorFile(config: Pick<Config, 'keyringUrl'>, databaseFile: string): string {
  return `${keyringFile(config, databaseFile)}.anchors`;
}

/** Who was erased, by id alone: outside the database, so that a restore can erase them again. */
export function erasureFile(config: Pick<Config, 'keyringUrl'>, databaseFile: string): string {
  return `${keyringFile(config, databaseFile)}.erased`;
}

/** Which store the key ring belongs to, and how it was left: outside the database, so that its absence is noticed. */
export function storeNoteFile(config: Pick<Config, 'keyringUrl'>, databaseFile: string): string {
  return `${keyringFile(config, databaseFile)}.store`;
}

/** What signs the journal's seals, backups and restores, and whose signatures are believed. */
export interface SealKeys {
  /** Id of the key ring; undefined where there is none yet. */
  readonly ring: string | undefined;
  readonly signer: Signer;
  /** The signer's public key, and those of earlier `MASTER_KEY`s, each as `KEY@N@H@E`: `TrustedKey`. */
  readonly publicKeys: readonly string[];
}

/** Reads the key ring and changes nothing of it. Throws `KeyringUnusable` where `MASTER_KEY` does not open it. */
export async function sealKeys(
  config: { readonly masterKey: Secret; readonly keyringUrl: string | undefined },
  databaseFile: string,
): Promise<SealKeys> {
  const master = bytesOf(config.masterKey);
  const text = await fileKeyring(keyringFile(config, databaseFile)).load();
  const held = text === undefined ? undefined : await openRing(text, master);
  const signer = await ed25519Signer(await deriveKey(master, 'journal-seal'));
  return { ring: held?.ring.id, signer, publicKeys: [signer.publicKey, ...(held?.pastSealKeys ?? [])] };
}

/** A key that is given as base64. */
export function bytesOf(key: Secret): Uint8Array {
  return fromBase64(key.reveal());
}

function beside(file: string, ending: string): string {
  return join(dirname(file), `${basename(file).replace(/\.db$/, '')}${ending}`);
}

export async function openKeys(
  config: Pick<Config, 'masterKey' | 'keyringUrl'>,
  databaseFile: string,
  platform: Platform,
  onProblem: (error: unknown) => void,
  besides: Pick<KeyringOptions, 'judge' | 'onChanged'> = {},
): Promise<OpenKeys> {
  if (config.masterKey === undefined)
    throw new Error(
      'MASTER_KEY is required: base64 of 32 random bytes, for example from `openssl rand -base64 32`. Keep it apart from the database.',
    );
  const keyring = await openKeyring({
    masterKey: bytesOf(config.masterKey),
    store: fileKeyring(keyringFile(config, databaseFile)),
    platform,
    onProblem,
    ...besides,
  });
  return { keyring, vault: nodeVault(keyring, platform), signer: await ed25519Signer(keyring.sealSeed) };
}

/** The key ring, looked at and left as it is: the key of a new month is made by the server. Throws as `openKeys` does. */
export async function openToRead(
  config: { readonly masterKey: Secret; readonly keyringUrl: string | undefined },
  databaseFile: string,
  platform: Platform,
  besides: Pick<KeyringOptions, 'judge'> = {},
): Promise<{ readonly ring: Keyring; readonly vault: Vault }> {
  const ring = await openKeyring({
    masterKey: bytesOf(config.masterKey),
    store: {
      load: fileKeyring(keyringFile(config, databaseFile)).load,
      save: () => Promise.reject(new Error('not written by who reads')),
    },
    platform,
    ...besides,
  });
  return { ring, vault: nodeVault(ring, platform) };
}
