import type { Told } from './source.ts';
import { type TextLine, textLines } from './text-lines.ts';

/** A field of a SWIFT message with all its lines, or the beginning or end of a message where blocks say so. */
export type SwiftPart =
  | { readonly kind: 'field'; readonly row: number; readonly tag: string; readonly lines: readonly string[] }
  | { readonly kind: 'begin' | 'end' | 'long'; readonly row: number };

/** What makes parts of the file out of its fields. */
export interface Messages {
  readonly take: (part: SwiftPart) => readonly Told[];
  readonly finish: (lastRow: number) => readonly Told[];
}

/** Fields of the messages 940 and 942; what looks like another one inside an entry's text is text. */
const TAGS = new Set(
  ['13', '13D', '20', '21', '25', '25P', '28', '28C', '34F', '60F', '60M', '61', '62F', '62M', '64', '65', '86'].concat(
    ['90C', '90D', 'NS'],
  ),
);
const TAG = /^:(\d{2,3}[A-Z]?|NS):(.*)$/is;
/** Whose further lines are free text. */
const OF_TEXT = new Set(['61', '86']);
/** Characters of one field: the message allows 390. */
const LONGEST_FIELD = 65_536;

type Field = { row: number; tag: string; lines: string[]; size: number };

/**
 * Cuts a file into fields, a group for each piece of it. Lines outside of a field (a bank's preamble, blocks 1 to 3 and 5)
 * are passed over. A field that is too long is told once and its rest passed over. Throws `NotText` as `textLines` does.
 */
export async function* swiftParts(file: AsyncIterable<Uint8Array>): AsyncGenerator<readonly SwiftPart[]> {
  let open: Field | undefined;
  let parts: SwiftPart[] = [];
  const close = () => {
    if (open) parts.push({ kind: 'field', row: open.row, tag: open.tag, lines: open.lines });
    open = undefined;
  };
  const take = ({ row, text }: TextLine): void => {
    const [, given = '', rest = ''] = TAG.exec(text) ?? [];
    const tag = given.toUpperCase();
    if (tag !== '' && (TAGS.has(tag) || open === undefined || !OF_TEXT.has(open.tag))) {
      close();
      open = { row, tag, lines: [rest], size: rest.length };
    } else if (/^-\s*$/.test(text) || /^(?:-\}|\{[1-5S]:)/i.test(text)) {
      close();
      takeBlocks(row, text);
    } else if (open) {
      open.size += text.length + 1;
      if (open.size > LONGEST_FIELD) {
        parts.push({ kind: 'long', row: open.row });
        close();
      } else open.lines.push(text);
    }
  };
  const takeBlocks = (row: number, text: string): void => {
    if (text.startsWith('-')) parts.push({ kind: 'end', row });
    const at = text.search(/\{4:/);
    if (at < 0) return;
    parts.push({ kind: 'begin', row });
    const rest = text.slice(at + '{4:'.length);
    if (rest.startsWith(':')) take({ row, text: rest });
  };
  for await (const lines of textLines(file, 'windows-1252')) {
    for (const { row, text } of lines) take({ row, text: withoutControls(text) });
    if (parts.length > 0) yield parts;
    parts = [];
  }
  close();
  if (parts.length > 0) yield parts;
}

/** Marks of old lines of transmission (SOH, ETX and the like) are none of the text. */
const withoutControls = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are taken out
  /[\x01-\x08\x0b-\x1f]/.test(text) ? text.replace(/[\x01-\x08\x0b-\x1f]/g, '') : text;
