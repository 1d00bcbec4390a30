/** Loaded before a process: its wall is ahead of the machine's by the milliseconds that the file `WALL_FILE` holds. */
import { readFileSync } from 'node:fs';

const file = process.env.WALL_FILE ?? '';
const real = Date.now.bind(Date);
let aheadMs = 0;
let readAt = Number.NEGATIVE_INFINITY;

function ahead(): number {
  if (performance.now() - readAt > 20) {
    readAt = performance.now();
    aheadMs = Number(readFileSync(file, 'utf8')) || 0;
  }
  return aheadMs;
}

class MovedDate extends Date {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(MovedDate.now());
    else super(...(given as [number]));
  }
  static override now(): number {
    return real() + ahead();
  }
}
globalThis.Date = MovedDate as DateConstructor;
