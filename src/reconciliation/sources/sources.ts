import type { StatementFormat } from '../../../contracts/domain/statement.ts';
import type { Side } from '../matching/entry.ts';
import { ARCHIVE_LIMIT_BYTES, type KnownLayout, type OpenMember, openArchive } from './archive.ts';
import type { DeclaredReader } from './declared-columns.ts';
import { peeked } from './file-head.ts';
import { type ProblemTold, problemAt, type ReadOptions, type StatementReader, type Told } from './source.ts';
import { NotText, wholeFile } from './text-lines.ts';
import { workbookReader } from './workbook-reader.ts';
import { beginsZip } from './zip-directory.ts';

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
  'treasury-rows': 'treasury-statement',
  'declared-columns': null,
};

/** A file whose layout is known, and what it is a statement of. */
export interface OpenedSource extends KnownLayout {
  readonly source: string;
  readonly side: Side;
}

export interface ToOpen {
  readonly file: AsyncIterable<Uint8Array>;
  /** Undefined: the content decides. */
  readonly source: string | undefined;
  readonly account: string | null;
}

/**
 * Finds out by its first bytes how a file is written, and reads it so; of an archive by those of its members. `declared`:
 * a reader for a source whose columns somebody declared.
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
  const named = (opened: KnownLayout | ProblemTold): OpenedSource | ProblemTold =>
    'kind' in opened
      ? opened
      : { source: source ?? SOURCE_OF[opened.format] ?? '', side: own?.side ?? sideOf(opened.format), ...opened };
  const open: OpenMember = (begin, stream) => {
    const reader = own ?? readers.find((each) => each.recognises(begin));
    if (reader === undefined) return problemAt(1, null, 'is written in no layout that is known');
    return { format: reader.format, told: withoutThrowing(reader, stream, { account }) };
  };
  let content = whole;
  if (beginsZip(head.bytes)) {
    const zip = await wholeFile(whole, ARCHIVE_LIMIT_BYTES);
    if (zip === undefined) return problemAt(1, null, `is larger than ${ARCHIVE_LIMIT_BYTES / 1_048_576} MiB`);
    const archive = await openArchive(zip, open);
    if (archive !== undefined) return named(archive);
    content = onePiece(zip);
  }
  if (!workbookReader.recognises(head)) return named(open(head, content));
  const { workbook, format, parts } = await workbookReader.open(content);
  if (own !== undefined && workbook !== undefined)
    return named({ format: own.format, told: oneByOne(own.ofWorkbook(workbook, account)) });
  if (format === undefined) return firstProblem(parts({ account }));
  return named({ format, told: oneByOne(parts({ account })) });
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* oneByOne(parts: Iterable<readonly Told[]>): AsyncGenerator<readonly Told[]> {
  yield* parts;
}

function firstProblem(parts: Iterable<readonly Told[]>): ProblemTold {
  for (const told of parts) for (const each of told) if (each.kind === 'problem') return each;
  return problemAt(1, null, 'is no workbook that can be read');
}

/** Whose word a layout is, where it is not a bank’s. */
const SIDE_OF: Readonly<Partial<Record<StatementFormat, Side>>> = {
  'platform-pipe': 'platform',
  'gateway-orders': 'orders',
  'treasury-rows': 'tax',
};
const sideOf = (format: StatementFormat): Side => SIDE_OF[format] ?? 'bank';

const BUILT_IN: ReadonlySet<string> = new Set(Object.values(SOURCE_OF).filter((name) => name !== null));
/** Whether it is a source that the program knows by itself. */
export const isBuiltIn = (source: string): boolean => BUILT_IN.has(source);

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
