import { subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import type { Side, TheirLine } from './matching/entry.ts';
import { type BlockRow, blocksOf, type LineRow, type StatementIn, untiedLines, type Window } from './run-rows.ts';
import { blockRow, NARRATIVES } from './tables.ts';

/** Entries that are looked through at once. */
const PAGE = 2_000;

/** A line of theirs, with what identifies it wherever else it comes. */
export interface UntiedLine extends TheirLine {
  readonly identity: string;
  readonly reference: string | null;
}

/** Every line of the files that has no pair yet, with what the other side wrote of it. */
export async function untied(
  { engine, vault }: Pick<RoomParts, 'engine' | 'vault'>,
  statements: readonly StatementIn[],
  window: Window,
): Promise<UntiedLine[]> {
  const keys = await subjectKeys(
    engine,
    statements.map(({ subject }) => subject),
  );
  const found: UntiedLine[] = [];
  for (const { id, side, subject, lines } of statements)
    for (let after = 0; after < lines; after += PAGE) {
      const rows = await engine.all<LineRow>(untiedLines(id, window, after, after + PAGE));
      const [first] = rows;
      const last = rows.at(-1);
      if (first === undefined || last === undefined) continue;
      const narratives = new Map<number, string>();
      const key = keys.get(subject);
      const blocks = key === undefined ? [] : await engine.all<BlockRow>(blocksOf(id, first.number, last.number));
      const texts = await vault.open(
        blocks.map((block) => ({
          ...{
            subject: key ?? { id: subject, salt: '', epoch: 0 },
            purpose: NARRATIVES,
            row: blockRow(id, block.first),
          },
          sealed: block.narratives,
        })),
      );
      for (const [index, block] of blocks.entries()) {
        const text = texts[index];
        if (text === undefined) continue;
        for (const [offset, narrative] of (JSON.parse(text) as string[]).entries())
          narratives.set(block.first + offset, narrative);
      }
      for (const row of rows)
        found.push({
          ...{
            statement: row.statement,
            number: row.number,
            side: side as Side,
            account: row.account,
            currency: row.currency,
          },
          ...{
            day: row.day,
            time: row.time,
            direction: row.direction,
            amount: row.amount,
            otherAmount: row.other_amount,
          },
          ...{ fee: row.fee, documentNumber: row.document, reversal: row.reversal === 1, status: row.status },
          ...{ identity: `${row.identity}:${row.twin}`, reference: row.reference },
          // What was erased with its statement is still known by its reference.
          narrative: narratives.get(row.number) ?? row.reference ?? '',
        });
    }
  return found;
}
