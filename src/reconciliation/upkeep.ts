import { createLoop, type Loop } from '../loop.ts';
import type { RoomParts } from '../room.ts';
import { abandoned, SILENT_FOR_MS } from './statement-rows.ts';
import { dropTaking } from './take-in.ts';

const LEASE_MS = 60_000;
const REST_MS = 60_000;

/** What was begun and never came to its end goes: files whose taking broke off with the process. */
export const createUpkeep = ({
  engine,
  platform,
  owner,
  failed,
}: Pick<RoomParts, 'engine' | 'platform' | 'owner' | 'failed'>): Loop =>
  createLoop({
    name: 'reconciliation-upkeep',
    platform,
    lease: { engine, owner, forMs: LEASE_MS },
    firstAfterMs: REST_MS,
    failed: failed('upkeep of reconciliation failed'),
    turn: async ({ mine, stopping }) => {
      const left = await engine.all<{ id: string }>(abandoned(SILENT_FOR_MS));
      for (const { id } of left) if (!stopping.aborted && (await mine())) await dropTaking(engine, id);
      return REST_MS;
    },
  });
