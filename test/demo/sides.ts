import { number, padEnd, padStart } from '../../src/runtime/node/cli/output.ts';
import { WIDTH } from './report.ts';

/** A figure as the other side has it, and as the gateway has it. */
export type Sides = readonly [theirs: number, ours: number];

const COLUMN = 16;
const LABEL = WIDTH - 2 * COLUMN;

const row = (label: string, theirs: string, ours: string): string =>
  (padEnd(label, LABEL) + padStart(theirs, COLUMN) + padStart(ours, COLUMN)).trimEnd();

/** Lines of a table with two columns: the other side's, and the gateway's. */
export const sidesTable = {
  rule: '─'.repeat(WIDTH),
  head: (title: string, english: string): readonly string[] => [
    row(title, 'bên kia', 'cổng  '),
    row(english, 'other side', 'gateway  '),
  ],
  /** What must be the same. */
  both: (label: string, [theirs, ours]: Sides): string =>
    row(label, number(theirs), `${number(ours)} ${theirs === ours ? '✓' : '✗'}`),
  ours: (label: string, value: number): string => row(label, '', `${number(value)}  `),
  theirs: (label: string, value: number): string => row(label, number(value), ''),
  /** What must never have happened. */
  never: (label: string, value: number): string => row(label, value === 0 ? '0 ✓' : `${number(value)} ✗`, ''),
  last: (label: string, value: string): string => padEnd(label, WIDTH - value.length) + value,
};
