import type { Verdict } from '../../src/journal/verdict.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { Secret } from '../../src/observability/secret.ts';
import { fileAnchor } from '../../src/runtime/node/anchor-file.ts';
import { nodeClock } from '../../src/runtime/node/clock.ts';
import { anchorFile, openKeys } from '../../src/runtime/node/keys.ts';
import { nodePlatform } from '../../src/runtime/node/platform.ts';
import { sqliteReader } from '../../src/runtime/node/sqlite/reader.ts';

/** Verifies the journal of a store over a read-only connection, against the anchors beside its key ring. */
export async function journalVerdict(databaseFile: string, masterKey: string): Promise<Verdict> {
  const config = { masterKey: new Secret(masterKey), keyringUrl: undefined };
  const { vault, signer } = await openKeys(config, databaseFile, nodePlatform(nodeClock()), () => {});
  const reader = sqliteReader({ file: databaseFile });
  try {
    return await verifyJournal(
      {
        scan: async <R extends object>(statement: Parameters<typeof reader.all>[0]) =>
          (await reader.all(statement)) as R[],
      },
      {
        digest: (texts) => vault.digest(texts),
        publicKeys: [signer.publicKey],
        anchor: fileAnchor(anchorFile(config, databaseFile)),
      },
    );
  } finally {
    await reader.close();
  }
}
