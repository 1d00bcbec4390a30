/** One line of a text file without its end, numbered from 1. */
export interface TextLine {
  readonly row: number;
  readonly text: string;
}

/** Characters that one line may have: a longer one is no text file. */
export const LONGEST_LINE = 65_536;

/** What a text file is not: the row where that shows. */
export class NotText extends Error {
  override readonly name = 'NotText';
  readonly row: number;
  constructor(row: number, message: string) {
    super(message);
    this.row = row;
  }
}

const NEITHER = 'is not text in UTF-8 or UTF-16';
const TOO_LONG = `is longer than ${LONGEST_LINE} characters`;
const LINE_END = /\r\n|\n|\r/;

/**
 * The lines of a text file as its bytes come, a group for each piece; how the bytes are cut into pieces changes no line.
 * Ends are CR LF, LF or CR. UTF-16 with its mark, UTF-8 with or without. Throws `NotText` where bytes are no text of the
 * encoding, at a NUL, and at a line that is too long, after all lines before it. `encoding`: of the lines that are no
 * UTF-8, in a file without a byte order mark.
 */
export async function* textLines(
  file: AsyncIterable<Uint8Array>,
  encoding?: string,
): AsyncGenerator<readonly TextLine[]> {
  let decode: Decode | undefined;
  let first: Uint8Array = new Uint8Array();
  let left = '';
  let row = 0;
  const cut = (text: string, last: boolean): Group => {
    const held = left + text;
    // A CR at the end may be half of a CR LF.
    const whole = last || !held.endsWith('\r') ? held : held.slice(0, -1);
    const pieces = whole.split(LINE_END);
    left = last ? '' : (pieces.pop() ?? '') + held.slice(whole.length);
    if (last && pieces.at(-1) === '') pieces.pop();
    const lines: TextLine[] = [];
    for (const piece of pieces) {
      row += 1;
      const wrong = wrongWith(piece);
      if (wrong !== undefined) return { lines, wrong: new NotText(row, wrong) };
      lines.push({ row, text: piece });
    }
    if (left.length <= LONGEST_LINE) return { lines };
    return { lines, wrong: new NotText(row + 1, TOO_LONG) };
  };
  const taken = function* (bytes: Uint8Array, last: boolean): Generator<readonly TextLine[]> {
    decode ??= decoderFor(bytes, encoding);
    const decoded = decode(bytes, last);
    const group = cut(decoded.text, last && !decoded.broken);
    if (group.lines.length > 0) yield group.lines;
    if (group.wrong) throw group.wrong;
    if (decoded.broken) throw new NotText(row + 1, NEITHER);
  };
  for await (const bytes of file) {
    if (decode !== undefined) yield* taken(bytes, false);
    else {
      first = first.length === 0 ? bytes : joined(first, bytes);
      if (first.length >= MARK_BYTES) yield* taken(first, false);
    }
  }
  yield* taken(decode === undefined ? first : new Uint8Array(), true);
}

interface Group {
  readonly lines: readonly TextLine[];
  readonly wrong?: NotText;
}

interface Decoded {
  readonly text: string;
  /** What follows the text is none. */
  readonly broken: boolean;
}
type Decode = (bytes: Uint8Array, last: boolean) => Decoded;

const MARK_BYTES = 3;

function wrongWith(line: string): string | undefined {
  if (line.includes('\0')) return 'holds a NUL: this is no text file';
  if (!line.isWellFormed()) return NEITHER;
  return line.length > LONGEST_LINE ? TOO_LONG : undefined;
}

function decoderFor(first: Uint8Array, encoding: string | undefined): Decode {
  if (first[0] === 0xff && first[1] === 0xfe) return unitwise(true);
  if (first[0] === 0xfe && first[1] === 0xff) return unitwise(false);
  const marked = first[0] === 0xef && first[1] === 0xbb && first[2] === 0xbf;
  return linewise(marked, marked ? undefined : encoding);
}

/** UTF-16 by its units; whether pairs are whole is looked at line by line. */
function unitwise(littleEndian: boolean): Decode {
  let held: Uint8Array = new Uint8Array();
  let marked = true;
  return (bytes, last) => {
    const all = joined(held, bytes);
    const view = new DataView(all.buffer);
    const even = all.length - (all.length % 2);
    held = all.slice(even);
    const units: string[] = [];
    for (let at = marked ? 2 : 0; at < even; at += 2) units.push(String.fromCharCode(view.getUint16(at, littleEndian)));
    marked = false;
    return { text: units.join(''), broken: last && held.length > 0 };
  };
}

/** Whole lines at a time, each in its own right UTF-8 or else in the other encoding. */
function linewise(marked: boolean, encoding: string | undefined): Decode {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const other = encoding === undefined ? undefined : new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  const oneLine = (bytes: Uint8Array): string | undefined => tried(utf8, bytes) ?? (other && tried(other, bytes));
  let held: Uint8Array = new Uint8Array();
  let skip = marked ? MARK_BYTES : 0;
  return (bytes, last) => {
    const all = held.length === 0 ? bytes : joined(held, bytes);
    const until = last ? all.length : Math.max(all.lastIndexOf(LF), all.lastIndexOf(CR)) + 1;
    // A line that never ends is told to be too long, whatever its bytes are.
    const whole = all.subarray(skip, until);
    held = all.slice(until === 0 ? 0 : until);
    if (until > 0) skip = 0;
    const endless = held.length > LONGEST_LINE * MOST_BYTES ? ' '.repeat(LONGEST_LINE + 1) : '';
    const text = tried(utf8, whole);
    if (text !== undefined) return { text: text + endless, broken: false };
    let told = '';
    for (const line of byteLines(whole)) {
      const decoded = oneLine(line);
      if (decoded === undefined) return { text: told, broken: true };
      told += decoded;
    }
    return { text: told + endless, broken: false };
  };
}

/** Bytes that a character has in UTF-8. */
const MOST_BYTES = 4;
const LF = 0x0a;
const CR = 0x0d;

function* byteLines(bytes: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== LF && bytes[at] !== CR) continue;
    yield bytes.subarray(from, at + 1);
    from = at + 1;
  }
  if (from < bytes.length) yield bytes.subarray(from);
}

function tried(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** All bytes of a file that cannot be read piece by piece; undefined where it has more than `limitBytes`. */
export async function wholeFile(file: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of file) {
    size += piece.length;
    if (size > limitBytes) return undefined;
    pieces.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
