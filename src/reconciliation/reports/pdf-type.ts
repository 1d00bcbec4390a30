import type { PDFFont } from '@cantoo/pdf-lib';
import { composed } from '../../../contracts/domain/text.ts';

/** Texts as they are set in the one typeface of a document; sizes and widths in points. */
export interface Typeface {
  readonly font: PDFFont;
  width(text: string, size: number): number;
  /** The text as a content stream shows it. */
  shown(text: string): string;
  /** Lines no wider than `width`. Of more than `limit`, the last one kept ends in three dots. */
  wrapped(text: string, size: number, width: number, limit: number): readonly string[];
  /** One line no wider than `width`, ending in three dots where it had to be cut. */
  fitted(text: string, size: number, width: number): string;
}

interface Letter {
  readonly hex: string;
  /** At size 1. */
  readonly width: number;
}

const DOTS = '…';
/** Stands for what the typeface has no letter for, so that nothing is left out unseen. */
const UNKNOWN = '?';

/**
 * Each letter is looked up in the font once: thousands of rows cost additions alone. The font must be embedded without
 * ligatures, or the parts of a text would not be as wide as the text.
 */
export function typeface(font: PDFFont): Typeface {
  const known = new Set(font.getCharacterSet());
  const letters = new Map<string, Letter>();

  function letter(character: string): Letter {
    let found = letters.get(character);
    if (found === undefined) {
      const code = character.codePointAt(0) ?? 0;
      const set = code <= 0x20 ? ' ' : known.has(code) ? character : UNKNOWN;
      found = { hex: font.encodeText(set).asString(), width: font.widthOfTextAtSize(set, 1) };
      letters.set(character, found);
    }
    return found;
  }

  function width(text: string, size: number): number {
    let sum = 0;
    for (const character of text) sum += letter(character).width;
    return sum * size;
  }

  /** The longest beginning that fits, of at least one character: a line always gets on. */
  function beginning(text: string, size: number, room: number): string {
    let end = 0;
    let used = 0;
    for (const character of text) {
      used += letter(character).width * size;
      if (used > room && end > 0) break;
      end += character.length;
    }
    return text.slice(0, end);
  }

  function fitted(text: string, size: number, room: number): string {
    const whole = composed(text);
    if (width(whole, size) <= room) return whole;
    return `${beginning(whole, size, room - width(DOTS, size)).trimEnd()}${DOTS}`;
  }

  function wrapped(text: string, size: number, room: number, limit: number): readonly string[] {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    const blank = width(' ', size);
    for (const word of composed(text).trim().split(/\s+/)) {
      if (lines.length > limit) break;
      let rest = word;
      let needed = width(rest, size);
      if (line !== '' && used + blank + needed <= room) {
        line = `${line} ${rest}`;
        used += blank + needed;
        continue;
      }
      if (line !== '') lines.push(line);
      while (needed > room && lines.length <= limit) {
        const part = beginning(rest, size, room);
        if (part === rest) break;
        lines.push(part);
        rest = rest.slice(part.length);
        needed -= width(part, size);
      }
      line = rest;
      used = needed;
    }
    if (line !== '' || lines.length === 0) lines.push(line);
    if (lines.length <= limit) return lines;
    const last = `${lines[limit - 1] ?? ''}${DOTS}`;
    return [...lines.slice(0, limit - 1), fitted(last, size, room)];
  }

  return {
    font,
    width: (text, size) => width(composed(text), size),
    shown: (text) => {
      let hex = '';
      for (const character of composed(text)) hex += letter(character).hex;
      return `<${hex}>`;
    },
    wrapped,
    fitted,
  };
}
