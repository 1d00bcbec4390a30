import { type ExportRecord, exportRecord } from './export.ts';
import { type Line, linesIn, type Seal } from './line.ts';

/** A line as it stands in an export. */
export interface ExportedLine extends Line {
  /** The seal that it says it lies in. */
  readonly seal: number | null;
}

/** An export taken apart: each seal with the lines that follow it. */
export type ExportPart =
  | { readonly kind: 'header'; readonly publicKey: string }
  | { readonly kind: 'seal'; readonly seal: Seal; readonly lines: readonly ExportedLine[] }
  | { readonly kind: 'loose'; readonly line: ExportedLine }
  | { readonly kind: 'end'; readonly lines: number; readonly seals: number; readonly unsealed: number }
  /** A text line that is no record: cut short or damaged. Nothing after it is read. */
  | { readonly kind: 'damaged'; readonly textLine: number };

/** Reads the text of an export, cut into chunks anywhere; holds one seal's lines at a time. */
export async function* readExport(chunks: AsyncIterable<string>): AsyncGenerator<ExportPart> {
  let open: { seal: Seal; lines: ExportedLine[] } | undefined;
  let textLine = 0;
  for await (const text of splitLines(chunks)) {
    textLine += 1;
    const record = parse(text);
    const belongs =
      open !== undefined &&
      record?.type === 'line' &&
      record.position !== null &&
      open.lines.length <= linesIn(open.seal);
    if (open !== undefined && belongs && record?.type === 'line') {
      open.lines.push(lineOf(record));
      continue;
    }
    if (open !== undefined) yield { kind: 'seal', ...open };
    open = undefined;
    if (record === undefined) {
      yield { kind: 'damaged', textLine };
      return;
    }
    if (record.type === 'seal') {
      const { type: _, ...seal } = record;
      open = { seal, lines: [] };
    } else if (record.type === 'line') yield { kind: 'loose', line: lineOf(record) };
    else if (record.type === 'end') yield { kind: 'end', ...record };
    else yield { kind: 'header', publicKey: record.publicKey };
  }
  if (open !== undefined) yield { kind: 'seal', ...open };
}

function lineOf({ type: _, ...line }: Extract<ExportRecord, { type: 'line' }>): ExportedLine {
  return line;
}

function parse(text: string): ExportRecord | undefined {
  try {
    return exportRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
