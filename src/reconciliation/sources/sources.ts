import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import type { Side } from '../matching/entry.ts';
import type { DeclaredReader } from './declared-columns.ts';
import {
  type FileHead,
  HEAD_BYTES,
  type ProblemTold,
  problemAt,
  type ReadOptions,
  type StatementReader,
  type Told,
} from './source.ts';
import { NotText } from './text-lines.ts';
import { workbookReader } from './workbook-reader.ts';

/** What a file is a statement of, where nobody says: by the layout that it has. */
const SOURCE_OF: Readonly<Record<StatementFormat, string | null>> = {
  'vietcombank-workbook': 'vietcombank-statement',
  'vietcombank-cashup': 'vietcombank-statement',
  'vietcombank-simple': 'vietcombank-statement',
  'vietcombank-html': 'vietcombank-statement',
  'vietcombank-pdf-text': 'vietcombank-statement',
  mt940: 'bank-statement',
  mt942: 'bank-statement',
  'camt.052': 'bank-statement',
  'camt.053': 'bank-statement',
  'camt.054': 'bank-statement',
  'platform-pipe': 'payment-platform',
  'gateway-orders': 'vietcombank-orders',
  'declared-columns': null,
};

/** A file whose layout is known. */
export interface OpenedSource {
  readonly source: string;
  readonly side: Side;
  readonly format: StatementFormat;
  readonly told: AsyncIterable<readonly Told[]>;
}

export interface ToOpen {
  readonly file: AsyncIterable<Uint8Array>;
  /** Undefined: the content decides. */
  readonly source: string | undefined;
  readonly account: string | null;
}

/**
 * Finds out by its first bytes how a file is written, and reads it so. `declared`: a reader for a source whose columns
 * somebody declared.
 */
export async function openSource(
  readers: readonly StatementReader[],
  { file, source, account }: ToOpen,
  declared: (source: string) => Promise<DeclaredReader | undefined>,
): Promise<OpenedSource | ProblemTold> {
  const { head, whole } = await peeked(file);
  if (head.bytes.length === 0) return problemAt(1, null, 'is empty');
  const own = source === undefined ? undefined : await declared(source);
  if (source !== undefined && own === undefined && !isBuiltIn(source))
    return problemAt(1, null, 'is of a source that nobody declared the columns of');
  if (own !== undefined && workbookReader.recognises(head)) {
    const { workbook, parts } = await workbookReader.open(whole);
    if (workbook === undefined) return firstProblem(parts({ account }));
    const told = oneByOne(own.ofWorkbook(workbook, account));
    return { source: source ?? '', side: own.side ?? 'bank', format: own.format, told };
  }
  if (own !== undefined)
    return {
      source: source ?? '',
      side: own.side ?? 'bank',
      format: own.format,
      told: withoutThrowing(own, whole, { account }),
    };
  if (workbookReader.recognises(head)) {
    const { format, parts } = await workbookReader.open(whole);
    if (format === undefined) return firstProblem(parts({ account }));
    return {
      source: source ?? SOURCE_OF[format] ?? '',
      side: sideOf(format),
      format,
      told: oneByOne(parts({ account })),
    };
  }
  const reader = readers.find((each) => each.recognises(head));
  if (reader === undefined) return problemAt(1, null, 'is written in no layout that is known');
  const told = withoutThrowing(reader, whole, { account });
  return { source: source ?? SOURCE_OF[reader.format] ?? '', side: sideOf(reader.format), format: reader.format, told };
}

async function* oneByOne(parts: Iterable<readonly Told[]>): AsyncGenerator<readonly Told[]> {
  yield* parts;
}

function firstProblem(parts: Iterable<readonly Told[]>): ProblemTold {
  for (const told of parts) for (const each of told) if (each.kind === 'problem') return each;
  return problemAt(1, null, 'is no workbook that can be read');
}

const sideOf = (format: StatementFormat): Side =>
  format === 'platform-pipe' ? 'platform' : format === 'gateway-orders' ? 'orders' : 'bank';

const BUILT_IN: ReadonlySet<string> = new Set(Object.values(SOURCE_OF).filter((name) => name !== null));
/** Whether it is a source that the program knows by itself. */
export const isBuiltIn = (source: string): boolean => BUILT_IN.has(source);

/** The first bytes, and a stream of all of them that whoever reads only a part of it does not end. */
async function peeked(
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: FileHead; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = file[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await iterator.next();
    if (done) break;
    pieces.push(value);
    size += value.length;
  }
  const bytes = new Uint8Array(Math.min(size, HEAD_BYTES));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, bytes.length - at), at);
    at += Math.min(piece.length, bytes.length - at);
  }
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const held = pieces.shift();
    return held === undefined ? iterator.next() : { done: false, value: held };
  };
  return { head: { bytes, text: lenientText(bytes) }, whole: { [Symbol.asyncIterator]: () => ({ next }) } };
}

function lenientText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.includes(0) ? '' : new TextDecoder().decode(bytes);
}

/** Whatever a reader stumbles over is a problem of the file. */
async function* withoutThrowing(
  reader: StatementReader,
  file: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): AsyncGenerator<readonly Told[]> {
  try {
    yield* reader.read(file, options);
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    yield [problemAt(error.row, null, error.message)];
  }
}
