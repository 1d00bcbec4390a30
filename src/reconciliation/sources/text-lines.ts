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

/** UTF-16 with its mark, UTF-8 with or without; what is neither is read byte by byte (Windows-1252), where a reader allows it. */
function decoderFor(first: Uint8Array, fallback: string | undefined): TextDecoder {
  if (first[0] === 0xff && first[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true });
  if (first[0] === 0xfe && first[1] === 0xff) return new TextDecoder('utf-16be', { fatal: true });
  return new TextDecoder(fallback ?? 'utf-8', { fatal: true });
}

/**
 * The lines of a text file as its bytes come, a group for each piece. Ends are CR LF, LF or CR. Throws `NotText` where bytes
 * are no text of the encoding, at a NUL, and at a line that is too long. `encoding`: where it has no byte order mark and is
 * no UTF-8.
 */
export async function* textLines(
  file: AsyncIterable<Uint8Array>,
  encoding?: string,
): AsyncGenerator<readonly TextLine[]> {
  let decoder: TextDecoder | undefined;
  let left = '';
  let row = 0;
  const decode = (bytes: Uint8Array | undefined): string => {
    try {
      return decoder?.decode(bytes, { stream: bytes !== undefined }) ?? '';
    } catch {
      throw new NotText(row + 1, 'is not text in UTF-8 or UTF-16');
    }
  };
  const cut = (text: string, last: boolean): TextLine[] => {
    if (text.includes('\0')) throw new NotText(row + 1, 'holds a NUL: this is no text file');
    const held = left + text;
    // A CR at the end may be half of a CR LF.
    const whole = last || !held.endsWith('\r') ? held : held.slice(0, -1);
    const pieces = whole.split(/\r\n|\n|\r/);
    left = last ? '' : (pieces.pop() ?? '') + held.slice(whole.length);
    if (left.length > LONGEST_LINE)
      throw new NotText(row + pieces.length + 1, `is longer than ${LONGEST_LINE} characters`);
    if (last && pieces.at(-1) === '') pieces.pop();
    return pieces.map((piece) => {
      row += 1;
      if (piece.length > LONGEST_LINE) throw new NotText(row, `is longer than ${LONGEST_LINE} characters`);
      return { row, text: piece };
    });
  };
  for await (const bytes of file) {
    decoder ??= decoderFor(bytes, encoding);
    const lines = cut(decode(bytes), false);
    if (lines.length > 0) yield lines;
  }
  const rest = cut(decode(undefined), true);
  if (rest.length > 0) yield rest;
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
