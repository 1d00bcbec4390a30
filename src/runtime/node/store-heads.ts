import type { DatabaseSync } from 'node:sqlite';
import { verifyEd25519 } from '../../crypto/ed25519.ts';
import { leafText, sealText } from '../../journal/line.ts';
import type { Believed, Standing } from '../../journal/standing.ts';
import { trusts } from '../../journal/trusted.ts';
import type { SealKeys } from './keys.ts';
import { StoreFilesRefused, toBegin } from './store-files.ts';
import { hasLine, sealWithLines } from './stored-head.ts';
import { nodeDigest } from './vault.ts';

/** Whom the anchors are read with: nobody without `MASTER_KEY` and its key ring, and then no server comes up either. */
export const believedBy = (keys: SealKeys | undefined): Believed | undefined =>
  keys?.ring === undefined ? undefined : { publicKeys: keys.publicKeys, ring: keys.ring };

/**
 * A store whose journal does not reach what was anchored is an older copy, whatever else it says of itself. The seal that
 * was anchored last is looked at with its lines; that the others hold is for `journal verify`. Throws `StoreFilesRefused`.
 */
export async function judgeHeads(given: {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly stands: Standing;
  readonly keys: SealKeys | undefined;
  readonly anchors: string;
  readonly notePath: string;
}): Promise<void> {
  const { file, database, keys, anchors, notePath } = given;
  const { newest } = given.stands;
  if (newest === undefined) return;
  const { n } = newest;
  const refuse = (why: string): never => {
    throw new StoreFilesRefused(
      `${file} ${why} in ${anchors}: it is an older copy of the store, or another store. Bring the newest one back, or put this one back with \`lienthong restore\`. ${toBegin(notePath)}`,
    );
  };
  // Until something is sealed after it, only the line that `restore` wrote tells the restored store from its backup.
  if (newest.kind === 'restored' && newest.mark !== undefined && !hasLine(database, `store:${newest.mark.id}`))
    return refuse(`is not what was restored at ${new Date(newest.at).toISOString()}, as it stands`);
  if (n === 0) return;
  const found = sealWithLines(database, n);
  if (found === undefined) return refuse(`does not reach seal ${n}, which was anchored`);
  const { seal, lines } = found;
  const head = newest.kind === 'head' ? newest : { root: newest.mark?.root ?? seal.root, signature: seal.signature };
  if (seal.root !== head.root || seal.signature !== head.signature)
    return refuse(`has another seal ${n} than was anchored`);
  const publicKeys = believedBy(keys)?.publicKeys;
  const isOurs =
    publicKeys === undefined ||
    (trusts(publicKeys, seal.publicKey, n, newest.index) &&
      (await verifyEd25519(seal.publicKey, sealText(seal), seal.signature)));
  const leaves = (await nodeDigest(lines.map((line) => leafText(line)))).join('');
  const [root] = await nodeDigest([leaves]);
  if (!isOurs || root !== seal.root) refuse(`does not hold what seal ${n} was made of, which was anchored`);
}
