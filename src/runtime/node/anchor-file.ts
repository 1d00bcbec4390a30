import { closeSync, createReadStream, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type Anchor, type AnchorEntry, formatEntry, parseEntry } from '../../journal/anchor.ts';
import { appendDurably } from './durable-file.ts';

const TAIL_BYTES = 16_384;

/** The journal's heads in a file outside the database (beside the key ring), only ever appended to, a line each. */
export function fileAnchor(path: string): Anchor {
  return {
    append: async (entries) => {
      if (entries.length === 0) return;
      mkdirSync(dirname(path), { recursive: true });
      // A power loss may have left a line cut short: it must not swallow the next one.
      const open = tail(path);
      const start = open === '' || open.endsWith('\n') ? '' : '\n';
      appendDurably(path, `${start}${entries.map((entry) => `${formatEntry(entry)}\n`).join('')}`);
    },
    last: async () => entriesOf(tail(path).split('\n')).at(-1),
    read: async function* () {
      if (!existsSync(path)) return;
      const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
      for await (const line of lines) {
        const entry = parseEntry(line);
        if (entry !== undefined) yield entry;
      }
    },
  };
}

const entriesOf = (lines: readonly string[]): AnchorEntry[] =>
  lines.map(parseEntry).filter((entry) => entry !== undefined);

function tail(path: string): string {
  if (!existsSync(path)) return '';
  const handle = openSync(path, 'r');
  try {
    const size = fstatSync(handle).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    closeSync(handle);
  }
}
