import { ed25519Signer, type Signer } from '../../src/crypto/ed25519.ts';
import { webDigest } from '../../src/crypto/vault-web.ts';
import { type AnchorEntry, memoryAnchor } from '../../src/journal/anchor.ts';
import { exportJournal } from '../../src/journal/export.ts';
import type { Verdict } from '../../src/journal/verdict.ts';
import { verifyJournal } from '../../src/journal/verify.ts';
import { type ExportVerdict, verifyExport } from '../../src/journal/verify-export.ts';
import type { Turn } from '../../src/loop.ts';
import { journalled } from '../../src/runtime/journalled.ts';
import { type Sealed, type SealerParts, sealer } from '../../src/sealing/sealer.ts';
import { type Engine, sql } from '../../src/store/engine.ts';
import { heldLease, takeLease } from '../../src/store/lease.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { openStore } from './store.ts';

/** A sealer that takes the lease for as long as its loop does. */
interface LeasedSealer {
  seal(): Promise<Sealed>;
}

/** A store with a journal, a sealer and its anchors, for tests. */
export interface JournalFixture {
  readonly engine: Engine;
  readonly signer: Signer;
  readonly anchors: AnchorEntry[];
  readonly sealer: LeasedSealer;
  makeSealer(parts?: Partial<SealerParts>): LeasedSealer;
  write(lines: readonly Written[]): Promise<void>;
  sealAll(): Promise<void>;
  run(text: string, ...params: (string | number | null)[]): Promise<void>;
  verify(): Promise<Verdict>;
  verifyExported(edit?: (text: string) => string): Promise<ExportVerdict>;
}
export interface Written {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string;
  readonly at: number;
  readonly token?: string;
  readonly hash?: string | null;
}

export async function journalFixture(limit = 10): Promise<JournalFixture> {
  const engine = await openStore();
  await migrate(engine);
  const signer = await ed25519Signer(new Uint8Array(32).fill(7));
  const anchors: AnchorEntry[] = [];
  const anchor = memoryAnchor(anchors);
  const makeSealer = (own: Partial<SealerParts> = {}): LeasedSealer => {
    const parts = { engine, digest: webDigest, signer, owner: 'here', anchor, limit, ...own };
    const work = sealer(parts);
    return { seal: () => work.seal(leased(engine, 'sealer', parts.owner)) };
  };
  const own = makeSealer();
  let count = 0;
  const known = { digest: webDigest, kinds: journalled.kinds, publicKeys: [signer.publicKey], anchor };
  return {
    engine,
    signer,
    anchors,
    sealer: own,
    makeSealer,
    write: async (lines) => {
      await engine.batch(
        lines.map((line) => {
          count += 1;
          const token = line.token ?? `t${String(count).padStart(6, '0')}`;
          return sql(
            'insert into journal (id, ref, from_state, to_state, actor, at, payload_hash) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)',
            `${line.ref}:${token}`,
            line.ref,
            line.from,
            line.to,
            'tester',
            line.at,
            line.hash ?? null,
          );
        }),
      );
    },
    sealAll: async () => {
      while ((await own.seal()).more);
    },
    run: async (text, ...params) => {
      await engine.batch([sql(text, ...params)]);
    },
    verify: () => verifyJournal(engine, known),
    verifyExported: async (edit = (text) => text) => {
      let text = '';
      for await (const chunk of exportJournal(engine, { publicKey: signer.publicKey, now: 0 })) text += chunk;
      return verifyExport(pieces(edit(text)), known);
    },
  };
}

/** What a loop of that name asks its lease by. */
export const leased = (engine: Engine, name: string, owner: string): Pick<Turn, 'mine'> => ({
  mine: async () => (await engine.batch([takeLease(name, owner, 30_000), heldLease(name, owner)])).at(-1)?.length === 1,
});

/** The text cut where no record ends. */
async function* pieces(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += 777) yield text.slice(at, at + 777);
}
