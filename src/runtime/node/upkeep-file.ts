import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import { replaceFile } from './durable-file.ts';
import { keyringFile } from './keys.ts';

/**
 * When somebody last did what keeps a store well. The commands that do it open the store for reading alone, so it is
 * noted beside the key ring.
 */
export type Upkeep = 'backup' | 'verified';

const note = z.strictObject({
  format: z.literal('lienthong-upkeep-1'),
  /** Wall, epoch milliseconds. */
  at: z.int(),
  /** The journal's newest seal then; 0 where there was none. */
  seal: z.int(),
});
export type UpkeepNote = Omit<z.infer<typeof note>, 'format'>;

export const upkeepFile = (config: Pick<Config, 'keyringUrl'>, databaseFile: string, what: Upkeep): string =>
  `${keyringFile(config, databaseFile)}.${what}`;

/** Durable when it returns. */
export function noteUpkeep(path: string, done: UpkeepNote): void {
  replaceFile(path, `${JSON.stringify({ format: 'lienthong-upkeep-1', ...done })}\n`);
}

/** Undefined where it was never done, or what is noted cannot be read. */
export function readUpkeep(path: string): UpkeepNote | undefined {
  try {
    return note.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
