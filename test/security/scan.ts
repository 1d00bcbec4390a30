/** Something that must stand nowhere in clear. */
export interface Needle {
  /** What it is, in words that give nothing away. */
  readonly what: string;
  readonly text: string;
}

/** Bytes that somebody else may get to see. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Leak {
  readonly what: string;
  readonly text: string;
  readonly place: string;
  readonly form: string;
  /** What stands around it. */
  readonly around: string;
}

const withoutMarks = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D');
const escaped = (text: string): string =>
  text.replace(/[^ -~]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The middle of the base64 text of `bytes` when they stand at `offset` within three bytes: free of their neighbours. */
function base64At(bytes: Buffer, offset: 0 | 1 | 2): Buffer {
  const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return Buffer.from(padded.slice(offset === 0 ? 0 : offset + 1, -1));
}

/** The ways in which a text may turn up: as it is, changed by the national text rules, escaped, or merely encoded. */
function formsOf(text: string): Map<string, Buffer> {
  const plain = Buffer.from(text.normalize('NFC'));
  const forms = new Map<string, Buffer>([['as it is', plain]]);
  const add = (form: string, bytes: Buffer | string): void => {
    const made = Buffer.from(bytes);
    if (![...forms.values()].some((known) => known.equals(made))) forms.set(form, made);
  };
  add('decomposed', text.normalize('NFD'));
  add('upper case', text.normalize('NFC').toUpperCase());
  add('lower case', text.normalize('NFC').toLowerCase());
  add('without marks', withoutMarks(text));
  add('upper case without marks', withoutMarks(text).toUpperCase());
  add('JSON escapes', escaped(text.normalize('NFC')));
  add('in a URL', encodeURIComponent(text.normalize('NFC')));
  add('in a form', encodeURIComponent(text.normalize('NFC')).replaceAll('%20', '+'));
  add('UTF-16', Buffer.from(text.normalize('NFC'), 'utf16le'));
  add('hex', plain.toString('hex'));
  for (const offset of [0, 1, 2] as const) add(`base64, offset ${offset}`, base64At(plain, offset));
  return forms;
}

/** Needles share their beginnings, so a few searches for those find where to look closer. */
const BEGINNING_BYTES = 6;

/** Every needle that stands in a place in any form, once a place and form. */
export function findLeaks(needles: readonly Needle[], places: readonly Place[]): Leak[] {
  const byBeginning = new Map<string, { needle: Needle; form: string; bytes: Buffer }[]>();
  for (const needle of needles) {
    if (Buffer.byteLength(needle.text) < BEGINNING_BYTES)
      throw new RangeError(`too short to search for: ${needle.what}`);
    for (const [form, bytes] of formsOf(needle.text)) {
      const key = bytes.subarray(0, BEGINNING_BYTES).toString('latin1');
      const group = byBeginning.get(key);
      if (group === undefined) byBeginning.set(key, [{ needle, form, bytes }]);
      else group.push({ needle, form, bytes });
    }
  }
  const leaks = new Map<string, Leak>();
  for (const { name, bytes } of places)
    for (const [beginning, group] of byBeginning) {
      const start = Buffer.from(beginning, 'latin1');
      for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1))
        for (const { needle, form, bytes: wanted } of group)
          if (wanted.equals(bytes.subarray(at, at + wanted.length)))
            leaks.set(`${name}\n${form}\n${needle.text}`, {
              what: needle.what,
              text: needle.text,
              place: name,
              form,
              around: bytes.subarray(Math.max(0, at - 80), at + wanted.length + 80).toString('utf8'),
            });
    }
  return [...leaks.values()];
}
