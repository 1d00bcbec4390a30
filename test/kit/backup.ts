import { ed25519Signer } from '../../src/crypto/ed25519.ts';
import { Secret } from '../../src/observability/secret.ts';
import { type BackupKeys, backup, backupKeys, type Manifest } from '../../src/runtime/node/backup.ts';
import { anchorFile, sealKeys, storeNoteFile } from '../../src/runtime/node/keys.ts';

/** Keys of a store that no gateway runs on: another number, other keys. */
export async function madeUpKeys(n = 1, ring = 'ring_test'): Promise<BackupKeys> {
  const signer = await ed25519Signer(new Uint8Array(32).fill(n));
  return { ring, signer, publicKeys: [signer.publicKey] };
}

/** Those of the gateway that runs, or ran, on this database with its key ring beside it. */
export const keysOf = async (databaseFile: string, masterKey: string): Promise<BackupKeys> =>
  backupKeys(await sealKeys({ masterKey: new Secret(masterKey), keyringUrl: undefined }, databaseFile));

/** A backup as the command line makes it, with the key ring beside the database. */
export const backedUp = (file: string, to: string, keys: BackupKeys): Promise<Manifest> =>
  backup({
    ...{ file, to, keys },
    notePath: storeNoteFile({ keyringUrl: undefined }, file),
    anchors: anchorFile({ keyringUrl: undefined }, file),
  });
