import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../../config.ts';
import type { RoomDefinition } from '../../room.ts';
import { sql } from '../../store/engine.ts';
import { readUpkeep, type Upkeep, upkeepFile } from './upkeep-file.ts';

/** What is measured of the machine that the store stands on, and of what its keepers do for it. */
export const machine = (config: Pick<Config, 'keyringUrl'>, databaseFile: string): RoomDefinition => ({
  name: 'machine',
  create: ({ engine, platform }) => ({
    metrics: {
      gauges: {
        disk_free_bytes: { help: 'Room left for the store where it lies', labels: [] },
        disk_size_bytes: { help: 'Size of the disk where the store lies', labels: [] },
        disk_free_ratio: { help: 'Share of that disk that is left, 0 to 1', labels: [] },
        backup_age_seconds: {
          help: 'Time since the last backup; while none was made, since the store was made',
          labels: [],
        },
        journal_verified_age_seconds: {
          help: 'Time since the journal was last found sound; while it never was, since the store was made',
          labels: [],
        },
      },
      read: async () => {
        const { bavail, blocks, bsize } = await statfs(dirname(databaseFile));
        const [made] = await engine.all<{ at: number | null }>(
          sql('select min(m.applied_at) as at from migration m where m.applied_at > 0'),
        );
        const now = platform.wall();
        const age = (what: Upkeep): number => {
          const since = readUpkeep(upkeepFile(config, databaseFile, what))?.at ?? made?.at ?? now;
          return Math.max(0, now - since) / 1000;
        };
        return [
          { name: 'disk_free_bytes', labels: {}, value: bavail * bsize },
          { name: 'disk_size_bytes', labels: {}, value: blocks * bsize },
          { name: 'disk_free_ratio', labels: {}, value: blocks === 0 ? 0 : bavail / blocks },
          { name: 'backup_age_seconds', labels: {}, value: age('backup') },
          { name: 'journal_verified_age_seconds', labels: {}, value: age('verified') },
        ];
      },
    },
  }),
});
