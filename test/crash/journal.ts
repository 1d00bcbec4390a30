import { dossierColumns } from '../../src/dossiers/held.ts';
import { holdAgainst } from '../../src/journal/held.ts';
import type { Verdict } from '../../src/journal/verdict.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { Secret } from '../../src/observability/secret.ts';
import { journalled } from '../../src/runtime/journalled.ts';
import { fileAnchor } from '../../src/runtime/node/anchor-file.ts';
import { nodeClock } from '../../src/runtime/node/clock.ts';
import { anchorFile, openKeys } from '../../src/runtime/node/keys.ts';
import { nodePlatform } from '../../src/runtime/node/platform.ts';
import { sqliteReader } from '../../src/runtime/node/sqlite/reader.ts';

/** Verifies the journal of a store over a read-only connection, against the anchors beside its key ring. */
export const journalVerdict = (databaseFile: string, masterKey: string): Promise<Verdict> =>
  reading(databaseFile, masterKey, ({ verdict }) => verdict());

/** The same, and the store held against the journal: what is wrong, nothing where all is sound. The store must be at rest. */
export const journalFaults = (databaseFile: string, masterKey: string): Promise<readonly unknown[]> =>
  reading(databaseFile, masterKey, async ({ verdict, differences }) => {
    const journal = await verdict();
    return journal.ok ? differences() : [journal];
  });

async function reading<Value>(
  databaseFile: string,
  masterKey: string,
  look: (at: { verdict(): Promise<Verdict>; differences(): Promise<readonly unknown[]> }) => Promise<Value>,
): Promise<Value> {
  const config = { masterKey: new Secret(masterKey), keyringUrl: undefined };
  const { vault, signer } = await openKeys(config, databaseFile, nodePlatform(nodeClock()), () => {});
  const reader = sqliteReader({ file: databaseFile });
  const engine = {
    scan: async <R extends object>(statement: Parameters<typeof reader.all>[0]) => (await reader.all(statement)) as R[],
  };
  const digest = (texts: readonly string[]) => vault.digest(texts);
  try {
    return await look({
      verdict: () =>
        verifyJournal(engine, {
          digest,
          kinds: journalled.kinds,
          publicKeys: [signer.publicKey],
          anchor: fileAnchor(anchorFile(config, databaseFile)),
        }),
      differences: async () => (await holdAgainst(engine, { digest, journalled, also: [dossierColumns(vault)] })).first,
    });
  } finally {
    await reader.close();
  }
}
