import { z } from 'zod';
import type { Engine, Row } from '../store/engine.ts';
import { type Head, headOf, type Line, type Seal } from './line.ts';
import * as statements from './statements.ts';
import { linesAfter } from './verify.ts';

/** The records of an export, one a line of NDJSON: the header, each seal followed by its lines, unsealed lines, the end. */
export const exportRecord = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('journal'),
    format: z.literal('lienthong-journal-1'),
    publicKey: z.string(),
    exportedAt: z.number(),
  }),
  z.strictObject({
    type: z.literal('seal'),
    n: z.number(),
    first: z.number(),
    last: z.number(),
    prev: z.string(),
    leaves: z.string(),
    root: z.string(),
    signedAt: z.number(),
    signature: z.string(),
    publicKey: z.string(),
  }),
  z.strictObject({
    type: z.literal('line'),
    id: z.string(),
    ref: z.string(),
    from: z.string().nullable(),
    to: z.string(),
    actor: z.string(),
    at: z.number(),
    payloadHash: z.string().nullable(),
    seal: z.number().nullable(),
    position: z.number().nullable(),
  }),
  z.strictObject({
    type: z.literal('end'),
    lines: z.number(),
    seals: z.number(),
    unsealed: z.number(),
    head: z.strictObject({ n: z.number(), position: z.number(), root: z.string(), signature: z.string() }).nullable(),
  }),
]);
export type ExportRecord = z.infer<typeof exportRecord>;

/**
 * The journal as NDJSON chunks, from the first line on: all that an auditor needs to check it without this program's
 * database or secrets. It holds references, states, actors, times and hashes; nobody's data. Memory does not grow
 * with its length. Seals made while it runs are left for the next export.
 */
export async function* exportJournal(
  engine: Pick<Engine, 'scan'>,
  /** `publicKey`: several stand apart by a blank. */
  options: { readonly publicKey: string; readonly now: number },
): AsyncGenerator<string> {
  const write = (...records: ExportRecord[]): string => records.map((record) => `${JSON.stringify(record)}\n`).join('');
  yield write({
    type: 'journal',
    format: 'lienthong-journal-1',
    publicKey: options.publicKey,
    exportedAt: options.now,
  });
  const [end] = await engine.scan<Row>(statements.lastSeal());
  const until = end === undefined ? 0 : Number(end.n);
  let last: Seal | undefined;
  let [lines, seals] = [0, 0];
  for (;;) {
    const [row] = await engine.scan<Row>(statements.sealsFrom((last?.n ?? 0) + 1, 1));
    if (row === undefined || Number(row.n) > until) break;
    const seal = statements.sealOf(row);
    const held = await engine.scan<Row>(
      statements.linesBetween(seal.first, seal.last, Math.max(1, seal.last - seal.first + 2)),
    );
    yield write({ type: 'seal', ...seal }, ...held.map((line) => lineRecord(statements.lineOf(line), seal.n)));
    last = seal;
    lines += held.length;
    seals += 1;
  }
  const [stray] = await engine.scan<Row>(statements.beforeTheFirst());
  if (stray !== undefined) yield write(lineRecord(statements.lineOf(stray), 0));
  let unsealed = 0;
  for await (const line of linesAfter(engine, last?.last ?? 0)) {
    unsealed += 1;
    yield write(lineRecord({ ...line, position: null }, null));
  }
  const head: Head | null = last === undefined ? null : headOf(last);
  yield write({ type: 'end', lines: lines + unsealed, seals, unsealed, head });
}

const lineRecord = (line: Line, seal: number | null): ExportRecord => ({ type: 'line', ...line, seal });
