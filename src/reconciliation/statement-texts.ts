import type { SubjectKey } from '../crypto/vault.ts';
import type { RoomParts } from '../room.ts';
import { type BlockRow, blocksOf } from './run-rows.ts';
import { blockRow, NARRATIVES } from './tables.ts';

/** What the other side wrote of one entry. */
export interface LineTexts {
  readonly narrative: string;
  /** The whole row, of files that are answered row by row; null of others. */
  readonly echo: string | null;
}

/** The texts of one block as they are sealed: a narrative alone, or with its row. */
export const textsToSeal = (lines: readonly { readonly narrative: string; readonly echo?: string }[]): string =>
  JSON.stringify(lines.map(({ narrative, echo }) => (echo === undefined ? narrative : [narrative, echo])));

/** By the entry’s number, from `from` to `to` of one file; none where they were erased with its `key`. */
export async function textsOf(
  { engine, vault }: Pick<RoomParts, 'engine' | 'vault'>,
  statement: string,
  key: SubjectKey | undefined,
  from: number,
  to: number,
): Promise<ReadonlyMap<number, LineTexts>> {
  const found = new Map<number, LineTexts>();
  if (key === undefined) return found;
  const blocks = await engine.all<BlockRow>(blocksOf(statement, from, to));
  const texts = await vault.open(
    blocks.map(({ first, narratives }) => ({
      ...{ subject: key, purpose: NARRATIVES, row: blockRow(statement, first), sealed: narratives },
    })),
  );
  for (const [index, { first }] of blocks.entries()) {
    const text = texts[index];
    if (text === undefined) continue;
    for (const [offset, each] of (JSON.parse(text) as (string | [string, string])[]).entries()) {
      const [narrative, echo = null] = typeof each === 'string' ? [each] : each;
      found.set(Number(first) + offset, { narrative, echo });
    }
  }
  return found;
}
