import { createLoop, type Loop } from '../loop.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import * as statements from './statements.ts';

const TURN_MS = 60_000;
const LEASE_MS = 300_000;
const FILES_A_TURN = 100;
/** A room keeps what it made within seconds; nothing that is still under way may be met here. */
export const ABANDONED_AFTER_MS = 86_400_000;
/** Several times what a place is waited for. */
export const SETTLED_AFTER_MS = 600_000;

/**
 * Takes away the objects of files that were erased, and of those that no room kept. Two at it would do no harm: what is
 * gone may be deleted again. A place that does not answer is asked again a minute later.
 */
export function createRemoval(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'owner' | 'failed'> & {
    readonly fileStore: NonNullable<RoomParts['fileStore']>;
  },
): Loop {
  const { engine, platform, fileStore } = parts;
  const failed = parts.failed('files that are erased could not be taken away');
  const look = () =>
    engine.all<statements.LeavingRow>(statements.leaving(ABANDONED_AFTER_MS, SETTLED_AFTER_MS, FILES_A_TURN));
  return createLoop({
    name: 'files',
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    firstAfterMs: TURN_MS,
    turn: async ({ mine, stopping }) => {
      if ((await look()).length === 0 || !(await mine())) return TURN_MS;
      const token = newId(platform, 't');
      await engine.batch([statements.abandon(ABANDONED_AFTER_MS, token)]);
      const rows = (await look()).filter(({ state }) => state !== 'writing');
      for (const row of rows) {
        if (stopping.aborted || !(await mine())) return TURN_MS;
        try {
          await fileStore.delete(row.object);
        } catch (error) {
          failed(error);
          return TURN_MS;
        }
        await engine.batch(statements.gone(row, token));
      }
      return rows.length === FILES_A_TURN ? 0 : TURN_MS;
    },
    failed,
  });
}
