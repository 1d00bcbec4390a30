import { readFileSync } from 'node:fs';

/** A file is read again for a use that comes later than this after the last reading, milliseconds. */
const FRESH_MS = 50;

/**
 * Reads files whose content may change at any time, by being written over, replaced, or linked elsewhere. The content
 * itself is looked at, and not its time, which a copy may keep. Throws where a file cannot be read now.
 */
export function secretFiles(now: () => number = () => performance.now()): (path: string) => string {
  const held = new Map<string, { readonly content: string; readonly at: number }>();
  return (path) => {
    const at = now();
    const last = held.get(path);
    if (last !== undefined && at - last.at < FRESH_MS) return last.content;
    const content = readFileSync(path, 'utf8');
    held.set(path, { content, at });
    return content;
  };
}
