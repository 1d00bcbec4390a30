/**
 * The grammar of an EMVCo text: tag (two digits), length (two digits, in characters), value, one after the other, some
 * values being such a text themselves (WIRE.md 6.1). What the tags mean stands in `read.ts` and `write.ts`.
 */
export interface Tag {
  /** Two digits. */
  readonly id: string;
  readonly value: string;
  /** Where the value begins, in characters from the beginning of the whole text. */
  readonly offset: number;
  /** What is in the value, where it is a template. */
  readonly inside?: readonly Tag[];
}

/** Why a text is no VietQR code, and where. It holds nothing of what stood there: an account may be a person's. */
export interface Fault {
  readonly problem: 'syntax' | 'truncated' | 'duplicate' | 'missing' | 'misplaced' | 'trailing' | 'checksum' | 'value';
  /** The tag from the outermost inwards, such as `38.01.00`; empty for the text as a whole. */
  readonly at: string;
  /** In characters from the beginning of the whole text. */
  readonly offset: number;
  /** One English sentence; constant text. */
  readonly message: string;
}

export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

export const fault = (
  problem: Fault['problem'],
  at: string,
  offset: number,
  message: string,
): { readonly ok: false; readonly fault: Fault } => ({ ok: false, fault: { problem, at, offset, message } });

/** Values that are texts of tags: the beneficiary, the account in it, and what accompanies the payment. */
const TEMPLATES: ReadonlySet<string> = new Set(['38', '38.01', '62']);
const TWO_DIGITS = /^[0-9]{2}$/;

/** The tags of a whole text in their order, known or not. A character is a Unicode code point. */
export const readTags = (text: string): Read<readonly Tag[]> => tagsOf([...text], '', 0);

function tagsOf(characters: readonly string[], within: string, start: number): Read<readonly Tag[]> {
  const tags: Tag[] = [];
  let at = 0;
  while (at < characters.length) {
    const id = characters.slice(at, at + 2).join('');
    if (at + 2 > characters.length) return fault('truncated', within, start + at, 'ends within a tag');
    if (!TWO_DIGITS.test(id)) return fault('syntax', within, start + at, 'a tag is two digits');
    const path = within === '' ? id : `${within}.${id}`;
    if (tags.some((tag) => tag.id === id)) return fault('duplicate', path, start + at, 'stands there twice');
    const written = characters.slice(at + 2, at + 4).join('');
    if (at + 4 > characters.length) return fault('truncated', path, start + at + 2, 'ends within a length');
    if (!TWO_DIGITS.test(written)) return fault('syntax', path, start + at + 2, 'a length is two digits');
    const length = Number(written);
    if (length === 0) return fault('syntax', path, start + at + 2, 'a value has at least one character');
    const value = characters.slice(at + 4, at + 4 + length);
    if (value.length < length) return fault('truncated', path, start + at + 4, 'the value is shorter than its length');
    const tag = { id, value: value.join(''), offset: start + at + 4 };
    if (TEMPLATES.has(path)) {
      const inside = tagsOf(value, path, tag.offset);
      if (!inside.ok) return inside;
      tags.push({ ...tag, inside: inside.value });
    } else tags.push(tag);
    at += 4 + length;
  }
  return { ok: true, value: tags };
}

/** One tag as text. The caller sees to it that the value has 1 to 99 characters, all ASCII. */
export const writeTag = (id: string, value: string): string => `${id}${String(value.length).padStart(2, '0')}${value}`;
