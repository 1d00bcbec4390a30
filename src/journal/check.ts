import { verifyEd25519 } from '../crypto/ed25519.ts';
import {
  type Digest,
  GENESIS,
  isDense,
  LEAF_LENGTH,
  type Line,
  leafText,
  linesIn,
  type Seal,
  sealText,
} from './line.ts';
import { trustedKey, trusts } from './trusted.ts';
import { type Fault, fault } from './verdict.ts';

export interface SealCheckOptions {
  readonly digest: Digest;
  /** The keys that may have signed (`TrustedKey`): a key that stands beside a seal proves nothing. */
  readonly publicKeys: readonly string[];
  /** Lines that stand outside of all seals, asked once one is missing. */
  readonly outside?: () => Promise<readonly Line[]>;
}

/** Goes over the seals in order and says the first thing that is wrong, be it with a seal or with one of its lines. */
export function sealCheck(options: SealCheckOptions): {
  /** The seal alone: number, chain, signature, list of leaves. `entry` is where the anchors hold it. */
  seal(seal: Seal, lines: () => Promise<readonly Line[]>, entry?: number): Promise<Fault | undefined>;
  /** The seal's lines in the order of their positions. */
  lines(seal: Seal, lines: readonly Line[]): Promise<Fault | undefined>;
} {
  const { digest } = options;
  let previous: Seal | undefined;

  async function checkSeal(
    seal: Seal,
    lines: () => Promise<readonly Line[]>,
    entry?: number,
  ): Promise<Fault | undefined> {
    const n = (previous?.n ?? 0) + 1;
    const first = (previous?.last ?? 0) + 1;
    const bad = (detail: string): Fault => fault('bad-seal', `seal ${n}: ${detail}`, { position: first });
    if (seal.n !== n) return bad(`missing (the next one is ${seal.n})`);
    if (seal.first !== first || seal.last < first) return bad(`says lines ${seal.first} to ${seal.last}`);
    const [root, prev = GENESIS] = await digest(
      previous === undefined ? [seal.leaves] : [seal.leaves, sealText(previous)],
    );
    if (seal.prev !== prev) return bad('does not continue the seal before it');
    if (!trusts(options.publicKeys, seal.publicKey, seal.n, entry)) {
      const past = options.publicKeys.some((text) => trustedKey(text).key === seal.publicKey);
      return bad(
        `was signed with a key that is not trusted${past ? ' any more: that it is from before the key was given up shows in the anchors alone' : ''}`,
      );
    }
    if (!(await verifyEd25519(seal.publicKey, sealText(seal), seal.signature))) return bad('its signature is wrong');
    if (seal.root !== root || seal.leaves.length % LEAF_LENGTH !== 0 || linesIn(seal) > seal.last - seal.first + 1) {
      const found = (await digest((await lines()).map((line) => leafText(line)))).join('');
      const [intact] = await digest([found]);
      return bad(`its list of leaves was changed${intact === seal.root ? '; its lines are intact' : ''}`);
    }
    previous = seal;
    return undefined;
  }

  async function checkLines(seal: Seal, lines: readonly Line[]): Promise<Fault | undefined> {
    const leaves = await digest(lines.map((line) => leafText(line)));
    const count = linesIn(seal);
    const dense = isDense(seal);
    for (let index = 0; index < count; index++) {
      const line = lines[index];
      const position = dense ? seal.first + index : (line?.position ?? seal.last);
      if (line === undefined || (line.position ?? 0) > position) return missing(seal, index, position);
      if ((line.position ?? 0) < position)
        return fault('inserted', `a second line at position ${line.position}`, {
          position: line.position ?? position,
          line: line.id,
        });
      if (leaves[index] !== leafAt(seal, index))
        return dense ? different(seal, lines, index) : differentApart(seal, lines, leaves, index);
    }
    const extra = lines[count];
    if (extra === undefined) return undefined;
    return fault('inserted', `more lines than seal ${seal.n} holds`, {
      position: extra.position ?? seal.last,
      line: extra.id,
    });
  }

  async function missing(seal: Seal, index: number, position: number): Promise<Fault> {
    const candidates = (await options.outside?.()) ?? [];
    const leaves = await digest(candidates.map((line) => leafText(line, position)));
    const at = leaves.indexOf(leafAt(seal, index));
    const moved = at < 0 ? undefined : candidates[at];
    if (moved !== undefined)
      return fault('changed', `its position was changed to ${moved.position}`, { position, line: moved.id });
    return fault('removed', `no line stands at position ${position} of seal ${seal.n}`, { position });
  }

  /** A line whose leaf differs: changed in place, or everything moved by one because one went or came. */
  async function different(seal: Seal, lines: readonly Line[], index: number): Promise<Fault> {
    const position = seal.first + index;
    const line = lines[index];
    const next = lines[index + 1];
    const [asNext, nextHere] = await digest([
      line === undefined ? '' : leafText(line, position + 1),
      next === undefined ? '' : leafText(next, position),
    ]);
    const isNext = asNext === leafAt(seal, index + 1);
    const nextIsHere = nextHere === leafAt(seal, index);
    const where = line === undefined ? { position } : { position, line: line.id };
    if (isNext && nextIsHere) return fault('changed', 'changed places with the line after it', where);
    if (isNext) return fault('removed', 'the lines after it were moved up into its place', { position });
    if (nextIsHere) return fault('inserted', 'the line that was sealed here was moved down', where);
    return fault('changed', `its content is not what seal ${seal.n} holds`, where);
  }

  /** The same where positions are not all taken: what stands there is told by the leaves around it. */
  function differentApart(seal: Seal, lines: readonly Line[], leaves: readonly string[], index: number): Fault {
    const line = lines[index];
    const position = line?.position ?? seal.last;
    const where = line === undefined ? { position } : { position, line: line.id };
    if (leaves[index] === leafAt(seal, index + 1))
      return fault('removed', `a line of seal ${seal.n} is missing before this one`, where);
    if (leaves[index + 1] === leafAt(seal, index))
      return fault('inserted', `a line that seal ${seal.n} has not`, where);
    return fault('changed', `its content is not what seal ${seal.n} holds`, where);
  }

  return { seal: checkSeal, lines: checkLines };
}

const leafAt = (seal: Seal, index: number): string =>
  seal.leaves.slice(index * LEAF_LENGTH, (index + 1) * LEAF_LENGTH) || '-';
