import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_LINE, NotText, textLines, wholeFile } from './text-lines.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** The lines, and behind them the row and the message of what ended them. */
async function read(bytes: Uint8Array, size = bytes.length || 1, encoding?: string): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  try {
    for await (const group of textLines(pieces(bytes, size), encoding)) told.push(...group.map((each) => each.text));
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    told.push([error.row, error.message]);
  }
  return told;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), littleEndian);
  return bytes;
};

it('reads lines of UTF-8 and UTF-16 alike, with a mark or without, whatever ends them', async () => {
  const text = 'một\r\nhai\n\nba\rbốn 😀\n';
  const lines = ['một', 'hai', '', 'ba', 'bốn 😀'];
  for (const bytes of [utf8(text), utf8(`\ufeff${text}`), utf16(`\ufeff${text}`, true), utf16(`\ufeff${text}`, false)])
    for (const size of [1, 2, 3, 5, 100]) expect(await read(bytes, size)).toEqual(lines);
  expect(await read(utf8(''))).toEqual([]);
});

it('reads the lines that are no UTF-8 in the other encoding where one is given, and refuses them where none is', async () => {
  const bytes = Uint8Array.of(...utf8('phí\n'), 0x66, 0xfc, 0x72, 0x0a, ...utf8('lệ'));
  expect(await read(bytes, 4, 'windows-1252')).toEqual(['phí', 'für', 'lệ']);
  expect(await read(bytes)).toEqual(['phí', [2, 'is not text in UTF-8 or UTF-16']]);
});

it('tells all lines before the one that is too long or holds a NUL', async () => {
  const long = [2, `is longer than ${LONGEST_LINE} characters`];
  for (const size of [1000, 1_000_000]) {
    expect(await read(utf8(`a\n${'b'.repeat(LONGEST_LINE + 1)}\n`), size)).toEqual(['a', long]);
    expect(await read(utf8(`a\n${'b'.repeat(LONGEST_LINE * 6)}`), size)).toEqual(['a', long]);
  }
  expect(await read(utf8('a\nb\0c\n'))).toEqual(['a', [2, 'holds a NUL: this is no text file']]);
});

it('cutting a file into other pieces changes nothing', async () => {
  const mixed = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.string({ unit: fc.constantFrom('a', 'ế', '\r', '\n', '😀'), maxLength: 40 }).map(utf8),
    fc
      .string({ unit: fc.constantFrom('a', 'ế', '\r', '\n', '\ud83d'), maxLength: 40 })
      .map((text) => utf16(`\ufeff${text}`, true)),
  );
  await fc.assert(
    fc.asyncProperty(
      mixed,
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(undefined, 'windows-1252'),
      async (bytes, size, encoding) => {
        expect(await read(bytes, size, encoding)).toEqual(await read(bytes, undefined, encoding));
      },
    ),
  );
});

it('holds a whole file up to a limit', async () => {
  expect(await wholeFile(pieces(utf8('abcdef'), 2), 6)).toEqual(utf8('abcdef'));
  expect(await wholeFile(pieces(utf8('abcdef'), 2), 5)).toBeUndefined();
});
