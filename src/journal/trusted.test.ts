import { afterEach, describe, expect, it } from 'vitest';
import { type JournalFixture, journalFixture } from '../../test/kit/journal.ts';
import { ed25519Signer } from '../crypto/ed25519.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { journalled } from '../runtime/journalled.ts';
import { type AnchorEntry, memoryAnchor, restoredText } from './anchor.ts';
import { trusts } from './trusted.ts';
import { verifyJournal } from './verify.ts';

describe('a key that was given up', () => {
  let fixture: JournalFixture | undefined;
  afterEach(async () => {
    await fixture?.engine.close();
    fixture = undefined;
  });

  /** Two seals by the first key, then two by the next one. */
  async function changedAfterTwo() {
    const on = await journalFixture();
    fixture = on;
    const next = await ed25519Signer(new Uint8Array(32).fill(8));
    const write = (n: number) => on.write([{ ref: `x_${n}`, from: null, to: 'pending', at: n }]);
    for (const [n, signer] of [on.signer, on.signer, next, next].entries()) {
      await write(n);
      await on.makeSealer({ signer }).seal();
    }
    const past = on.signer.publicKey;
    const verify = (publicKeys: readonly string[], anchors: AnchorEntry[] = on.anchors) =>
      verifyJournal(on.engine, {
        digest: webDigest,
        kinds: journalled.kinds,
        publicKeys,
        anchor: memoryAnchor(anchors),
      });
    return { on, next, past, verify };
  }

  it('I8: is believed for the seals up to the last one it made, and for no later one', async () => {
    const { next, past, verify } = await changedAfterTwo();
    expect(await verify([next.publicKey, `${past}@2`])).toMatchObject({ ok: true, seals: 4 });
    expect(await verify([next.publicKey])).toMatchObject({ ok: false, problem: 'bad-seal' });
    expect(await verify([next.publicKey, `${past}@1`])).toMatchObject({ ok: false, problem: 'bad-seal' });
    expect(await verify([`${next.publicKey}@3`, `${past}@2`])).toMatchObject({ ok: false, problem: 'bad-seal' });
  });

  it('I8: excuses no loss of what came after it, as a restore would', async () => {
    const { on, next, past, verify } = await changedAfterTwo();
    await on.run('delete from journal where position > 2');
    await on.run('delete from seal where n > 2');
    const forged = { n: 2, position: 2, at: 5 };
    const entry = { kind: 'restored' as const, ...forged, signature: await on.signer.sign(restoredText(forged)) };
    expect(await verify([next.publicKey, `${past}@2`], [...on.anchors, entry])).toMatchObject({ problem: 'cut-off' });
    const signed = { ...entry, signature: await next.sign(restoredText(forged)) };
    expect(await verify([next.publicKey, `${past}@2`], [...on.anchors, signed])).toMatchObject({ ok: true });
  });

  it('is believed for nothing where its last seal cannot be read', () => {
    for (const text of ['A@', 'A@x', 'A@-1', 'A@1.5']) expect(trusts([text], 'A', 1)).toBe(false);
  });
});
