import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Erasures } from '../../crypto/erasures.ts';
import { appendDurably } from './durable-file.ts';

/** The ids of erased subjects, a line each, in a file outside the database (beside the key ring). */
export function fileErasures(path: string): Erasures {
  return {
    append: async (ids) => {
      mkdirSync(dirname(path), { recursive: true });
      // An empty line first: an id that a power loss cut short must not swallow the next one.
      appendDurably(path, `\n${ids.join('\n')}\n`);
    },
    read: async function* () {
      if (!existsSync(path)) return;
      for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) if (line !== '') yield line;
    },
  };
}
