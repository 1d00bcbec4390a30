import { subjectKeys } from '../crypto/subject-keys.ts';
import type { RoomParts } from '../room.ts';
import type { Side, TheirLine } from './matching/entry.ts';
import { type LineRow, type StatementIn, untiedLines, type Window } from './run-rows.ts';
import { textsOf } from './statement-texts.ts';

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
      const rows = await engine.all<LineRow>(untiedLines(id, window, after, after + PAGE, side === 'platform'));
      const [first] = rows;
      const last = rows.at(-1);
      if (first === undefined || last === undefined) continue;
      const texts = await textsOf({ engine, vault }, id, keys.get(subject), first.number, last.number);
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
          toldAt: Number(row.told),
          ...{ identity: `${row.identity}:${row.twin}`, reference: row.reference },
          // What was erased with its statement is still known by its reference.
          narrative: texts.get(row.number)?.narrative ?? row.reference ?? '',
        });
    }
  return found;
}
