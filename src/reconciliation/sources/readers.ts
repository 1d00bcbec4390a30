import { camt052, camt053, camt054 } from './camt.ts';
import { mt940, mt942 } from './mt940.ts';
import { platformPipe } from './platform-pipe.ts';
import type { StatementReader } from './source.ts';
import { treasuryRows } from './treasury-rows.ts';
import { vietcombankPdfText } from './vietcombank-pdf-text.ts';
import { vietcombankSimpleText } from './vietcombank-simple.ts';

/** Every layout of text that is known by its content, the surest signs first. Workbooks are opened before one can tell. */
export const readers: readonly StatementReader[] = [
  ...[camt053, camt052, camt054, mt942, mt940, treasuryRows, platformPipe, vietcombankSimpleText, vietcombankPdfText],
];
