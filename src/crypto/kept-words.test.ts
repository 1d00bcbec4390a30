import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { platformOf, seeded, VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import { isSealedWords, JOURNAL_WORDS, keptWords, openWords, readWord, readWords } from './kept-words.ts';
import { memoryKeyringStore, openKeyring } from './keyring.ts';
import { webVault } from './vault-web.ts';

async function vaultOf() {
  const platform = platformOf(new VirtualClock(), seeded(1));
  const keyring = await openKeyring({ masterKey: randomBytes(32), store: memoryKeyringStore(), platform });
  return webVault({ ...keyring }, platform);
}
const words = fc.string({ unit: 'grapheme', maxLength: 60 });
const row = fc.option(fc.string({ minLength: 1, maxLength: 20 }), { nil: undefined });

describe('words of the staff', async () => {
  const vault = await vaultOf();

  it('are read in their own column and row, and nowhere else', async () => {
    const column = fc.constantFrom('replay.reason', 'replay.filter', 'principal.name', 'idempotency.answer' as const);
    await fc.assert(
      fc.asyncProperty(words, column, row, column, row, async (said, one, itsRow, other, otherRow) => {
        const kept = await keptWords(vault, place(one, itsRow), said);
        expect(isSealedWords(kept)).toBe(true);
        expect(await readWord(vault, place(one, itsRow), kept)).toBe(said);
        const same = one === other && itsRow === otherRow;
        expect(await openWords(vault, [place(other, otherRow)], [kept])).toEqual([same ? said : undefined]);
        expect(await readWord(vault, place(other, otherRow), kept)).toBe(same ? said : '…');
      }),
      { numRuns: 50 },
    );
  });

  it('keep what stands before them, and are what they are where an earlier version kept them', async () => {
    const [before = ''] = await vault.sealOwn('words', ['như trước']);
    const lane = await keptWords(vault, { column: 'lane.paused_reason' }, 'bảo trì');
    const line = await keptWords(vault, { column: 'journal.to_state' }, 'xong');
    const kept = [
      `paused: ${lane}`,
      `reason: ${line}`,
      `reason: sealed:${before}`,
      'in clear',
      null,
      'reason: sealed:x',
    ];
    expect(await readWords(vault, JOURNAL_WORDS, kept)).toEqual([
      'paused: bảo trì',
      'reason: xong',
      'reason: như trước',
      'in clear',
      null,
      'reason: …',
    ]);
    expect(await readWord(vault, { column: 'replay.reason', row: 'rpl_1' }, `sealed:${before}`)).toBe('như trước');
  });
});

const place = (column: 'replay.reason' | 'replay.filter' | 'principal.name' | 'idempotency.answer', of?: string) =>
  of === undefined ? { column } : { column, row: of };
