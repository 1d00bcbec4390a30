import { JOURNAL_WORDS, readWords } from '../crypto/kept-words.ts';
import type { Vault } from '../crypto/vault.ts';
import { callerOf, lineMayBeSeen, sightOf } from '../exchanges/sight.ts';
import type { Line } from '../journal/line.ts';
import { lineOf, linesOf } from '../journal/statements.ts';
import type { Principal } from '../principal.ts';
import type { RoomParts } from '../room.ts';
import type { Engine } from '../store/engine.ts';

/** A line as it is kept, and as it was said. */
export interface ReadLine extends Line {
  readonly position: number;
  readonly said: { readonly from: string | null; readonly to: string };
}

/** What stands in the journal under one reference, with the words of the staff opened. */
export interface Reading {
  /** The newest first, before a position; of somebody else's deliveries as if there were none. One more than `limit`. */
  of(
    reference: string,
    page: { readonly before: number | undefined; readonly limit: number },
    by: Pick<Principal, 'id' | 'role'>,
  ): Promise<ReadLine[]>;
}

export const createReading = (parts: {
  readonly engine: Pick<Engine, 'scan'>;
  readonly vault: Pick<Vault, 'openOwn'>;
  readonly filled: RoomParts['filled'];
}): Reading => ({
  of: async (reference, { before = Number.MAX_SAFE_INTEGER, limit }, by) => {
    const sight = sightOf(parts, callerOf(by));
    const rows = await parts.engine.scan(
      linesOf(
        reference,
        { before, limit: limit + 1 },
        { mayBeSeen: lineMayBeSeen(sight, 'j.ref', '?4'), caller: sight.caller },
      ),
    );
    const lines = rows.map(lineOf);
    const said = await readWords(
      parts.vault,
      JOURNAL_WORDS,
      lines.flatMap(({ from, to }) => [from, to]),
    );
    return lines.map((line, index) => ({
      ...line,
      position: line.position ?? 0,
      said: { from: said[2 * index] ?? null, to: said[2 * index + 1] ?? '' },
    }));
  },
});
