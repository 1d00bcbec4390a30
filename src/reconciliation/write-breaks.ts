import { happened, raise } from '../chronicle/raise.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands } from '../store/engine.ts';
import { commandBytes, slices } from '../store/limits.ts';
import type { BreakRow } from './break-rows.ts';
import { reconciliationEvents } from './event-types.ts';
import { listItems, upsertBreaks } from './run-rows.ts';

/** A break as a run found it. */
export interface BreakToWrite
  extends Pick<
    BreakRow,
    | ('id' | 'item' | 'kind' | 'side' | 'day' | 'ours' | 'theirs' | 'payment' | 'fact' | 'dossier' | 'statement')
    | ('number' | 'why' | 'candidates')
  > {
  readonly state: 'open' | 'explained';
}

const toldOf = ({ platform }: Pick<RoomParts, 'platform'>, row: BreakToWrite) => ({
  ...happened(platform, reconciliationEvents.broken, {
    ...{ system: null, ref: row.dossier ?? row.day },
    data: {
      ...{ break: row.id, kind: row.kind, side: row.side, date: row.day, oursVnd: row.ours, theirsVnd: row.theirs },
      ...{ payment: row.payment, dossierCode: row.dossier },
    },
  }),
  break: row.id,
});

/** Puts down what a run found, some rows a commit; what was not known before is told. `then`: after each commit. */
export async function writeBreaks(
  parts: Pick<RoomParts, 'engine' | 'platform'>,
  run: string,
  rows: readonly BreakToWrite[],
  then: () => Promise<void>,
): Promise<void> {
  const { engine, platform } = parts;
  for (const some of slices(rows, (row) => 2 * commandBytes(row), engine.limits)) {
    const token = newId(platform, 't');
    const told = some.filter(({ state }) => state === 'open').map((row) => toldOf(parts, row));
    await engine.batch([
      upsertBreaks(commands(some), run, token),
      listItems(commands(some), run, token),
      // Only what was not known before has the id that was made for it here.
      ...(told.length === 0
        ? []
        : [raise(told, `join reconciliation_break b on b.id = v.value->>'break' and b.written_by = ?2`, token)]),
    ]);
    await then();
  }
}
