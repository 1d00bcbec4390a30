import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ed25519Signer } from '../crypto/ed25519.ts';
import { type AnchorEntry, memoryAnchor, type Restored, restoredText } from './anchor.ts';
import { readAnchors } from './anchored.ts';
import type { Seal } from './line.ts';
import { standing } from './standing.ts';

const signer = await ed25519Signer(new Uint8Array(32).fill(3));
const believed = { publicKeys: [signer.publicKey], ring: 'ring_1' };
const signature = (text: string): string => text.padEnd(86, '-');

/** A gateway as the anchors see it: each seal is its own, restores lead to any state that there ever was. */
function gateway() {
  let journal: Seal[] = [];
  let count = 0;
  const entries: AnchorEntry[] = [];
  let anchored = 0;
  const backups: Seal[][] = [[]];
  const catchUp = (): void => {
    for (const { n, last, root, signature } of journal.slice(anchored))
      entries.push({ kind: 'head', n, position: last, root, signature });
    anchored = journal.length;
  };
  return {
    entries,
    journal: () => journal,
    backups,
    catchUp,
    seal: () => {
      count += 1;
      const n = journal.length + 1;
      const made = { n, first: count, last: count, root: `root-${count}`, signature: signature(`seal-${count}`) };
      journal = [...journal, { ...made, prev: '', leaves: '', signedAt: 0, publicKey: signer.publicKey }];
      backups.push(journal);
    },
    restore: async (to: readonly Seal[], of: 'now' | 'before' = 'now') => {
      journal = [...to];
      count += 1;
      const { n = 0, last: position = 0, root = '-' } = journal.at(-1) ?? {};
      const mark = { id: `restore-${count}`, ring: 'ring_1', root, backup: 'b', file: 'f'.repeat(64) };
      const what = { n, position, at: count, ...(of === 'now' ? { mark } : {}) };
      const entry: Restored = { kind: 'restored', ...what, signature: await signer.sign(restoredText(what)) };
      entries.push(entry);
      anchored = n;
    },
  };
}

async function judge(entries: AnchorEntry[], journal: readonly Seal[]): Promise<string | undefined> {
  const anchored = await readAnchors(memoryAnchor(entries), believed);
  for (const seal of journal) {
    const { fault } = await anchored.find(seal);
    if (fault !== undefined) return fault.detail;
  }
  return anchored.missing(journal.at(-1))?.detail;
}

it.each([[[3, 7]], [[7, 3, 7]], [[3, 7, 5]], [[0, 7]], [[5, 3, 6, 4, 7]]])(
  'I8: restores to %j one after the other, with seals after each, leave a sound journal',
  async (steps) => {
    for (const of of ['now', 'before'] as const) {
      const on = gateway();
      for (let n = 0; n < 7; n++) on.seal();
      on.catchUp();
      const first = [...on.backups];
      for (const n of steps) {
        await on.restore(first[n] ?? [], of);
        on.seal();
        on.seal();
        on.catchUp();
        expect(await judge(on.entries, on.journal())).toBeUndefined();
        expect((await standing(memoryAnchor(on.entries), believed)).newest?.n).toBe(n + 2);
      }
    }
  },
);

it('I8: whatever is sealed, anchored late and restored, the present journal holds and no other seal does', async () => {
  const act = fc.oneof(
    { weight: 5, arbitrary: fc.constant('seal' as const) },
    { weight: 3, arbitrary: fc.constant('anchor' as const) },
    { weight: 2, arbitrary: fc.nat({ max: 1000 }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.nat(), async (acts, pick) => {
      const on = gateway();
      for (const each of acts)
        if (each === 'seal') on.seal();
        else if (each === 'anchor') on.catchUp();
        else await on.restore(on.backups[each % on.backups.length] ?? []);
      expect(await judge(on.entries, on.journal())).toBeUndefined();
      on.catchUp();
      const whole = on.journal();
      expect(await judge(on.entries, whole)).toBeUndefined();
      if (whole.length === 0) return;
      expect(await judge(on.entries, whole.slice(0, -1))).toContain('was anchored');
      // The newest is expected for sure; of the rest only what was anchored on this journal or before the first restore.
      const last = whole.length - 1;
      const forged = whole.map((seal, at) => (at === last ? { ...seal, root: `other-${pick}` } : seal));
      expect(await judge(on.entries, forged)).toContain('not the one that was anchored');
    }),
    { numRuns: 300 },
  );
});

it('I8: an entry that nobody signed leads nowhere, and gives up nothing', async () => {
  const on = gateway();
  for (let n = 0; n < 4; n++) on.seal();
  on.catchUp();
  on.entries.push({ kind: 'restored', n: 0, position: 0, at: 0, signature: 'A'.repeat(86) });
  expect((await standing(memoryAnchor(on.entries), believed)).newest?.n).toBe(4);
  expect(await judge(on.entries, [])).toContain('seal 4 was anchored');
});
