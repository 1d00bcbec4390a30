import type { Line } from './line.ts';
import type { Backwards } from './verdict.ts';

/** Batches that are open at the same moment write their lines in any order: no more than this is their doing. */
const AT_ONCE_MS = 60_000;
const SHOWN = 5;

/** Counts the lines that say an older time than the line before them. In constant memory. */
export function orderOfTime(): { take(line: Line): void; backwards(): Backwards } {
  const first: Backwards['first'][number][] = [];
  let count = 0;
  let before = Number.NEGATIVE_INFINITY;
  return {
    take: (line) => {
      const byMs = before - line.at;
      before = line.at;
      if (byMs <= AT_ONCE_MS) return;
      count += 1;
      if (count > SHOWN) return;
      first.push({ line: line.id, ...(line.position === null ? {} : { position: line.position }), byMs });
    },
    backwards: () => ({ count, first }),
  };
}
