import { isCode } from '../../contracts/domain/codes.ts';
import { MOST_TAX_VND } from '../../contracts/domain/tax.ts';
import { type Drift, drift } from '../adapter.ts';
import { plain } from '../kit/text.ts';
import { elementsIn, textIn, type XmlElement } from '../kit/xml.ts';

/** Thrown inside `reading` and nowhere else. */
class Misread extends Error {
  readonly drift: Drift;
  constructor(found: Drift) {
    super(found.path);
    this.drift = found;
  }
}

/** Says where, and of what kind the thing there is; never what stood there. */
export function misread(path: string, expected: string, got: string): never {
  throw new Misread(drift(path, expected, got));
}

/** What is read, or the first place at which it could not be. */
export function reading<Value>(read: () => Value): Value | Drift {
  try {
    return read();
  } catch (error) {
    if (error instanceof Misread) return error.drift;
    throw error;
  }
}
export const isMisread = (read: object): read is Drift => 'kind' in read && read.kind === 'drift';

const LONGEST_CODE = 100;
const LONGEST_WORDS = 1_000;
/** UTF-16 units of a text before it is composed and trimmed. */
const UNITS_A_LETTER = 10;

/** NFC and trimmed; null for none. */
export function words(text: string | null | undefined, at: string, longest = LONGEST_WORDS): string | null {
  if (text == null) return null;
  const bound = `at most ${longest} characters`;
  if (text.length > longest * UNITS_A_LETTER) return misread(at, bound, 'longer');
  const read = plain(text);
  if (read.length > longest) return misread(at, bound, 'longer');
  // No store keeps it.
  if (read.includes('\0') || !read.isWellFormed()) return misread(at, 'characters of a text', 'others');
  return read === '' ? null : read;
}

export const shortWords = (text: string | null | undefined, at: string): string | null => words(text, at, LONGEST_CODE);
export const required = (text: string | null, at: string): string => text ?? misread(at, 'a text', 'missing');

/** It stands in the clear wherever the dossier is named. */
export function dossierCode(text: string | null | undefined, at: string): string {
  const code = required(shortWords(text, at), at);
  return isCode(code) ? code : misread(at, 'a code', 'another text');
}

/** Digits and nothing else: a point may divide thousands or a fraction, and nobody says which. */
export function wholeDong(text: string | null | undefined, at: string): number {
  const read = required(shortWords(text, at), at);
  if (!/^\d+$/.test(read)) return misread(at, 'whole đồng', /^-/.test(read) ? 'negative' : 'another text');
  const amount = Number(read);
  return amount <= MOST_TAX_VND ? amount : misread(at, `at most ${MOST_TAX_VND} đồng`, 'more');
}

/** Where an element is, and what it is. */
export interface Placed {
  readonly element: XmlElement;
  readonly at: string;
}
const named = ({ element }: Placed, name: string): XmlElement[] =>
  elementsIn(element).filter((each) => each.name === name);

/** Numbered where there are several. */
export function each(parent: Placed, name: string): Placed[] {
  const found = named(parent, name);
  const at = `${parent.at}/${name}`;
  return found.map((element, index) => ({ element, at: found.length === 1 ? at : `${at}/${index}` }));
}

export function atMostOne(parent: Placed, name: string): Placed | undefined {
  const found = each(parent, name);
  return found.length > 1 ? misread(`${parent.at}/${name}`, 'one', 'several') : found[0];
}

export const one = (parent: Placed, name: string): Placed =>
  atMostOne(parent, name) ?? misread(`${parent.at}/${name}`, 'an element', 'missing');

export function some(parent: Placed, name: string): Placed[] {
  const found = each(parent, name);
  return found.length === 0 ? misread(`${parent.at}/${name}`, 'at least one', 'missing') : found;
}

/** The text of a field; undefined where there is no such field. */
export function field(parent: Placed, name: string): string | undefined {
  const found = atMostOne(parent, name);
  if (found === undefined) return undefined;
  return elementsIn(found.element).length > 0 ? misread(found.at, 'a text', 'elements') : textIn(found.element);
}

/** A field read by `read`, which is told its place. */
export const fieldAs = <Value>(
  parent: Placed,
  name: string,
  read: (text: string | undefined, at: string) => Value,
): Value => read(field(parent, name), `${parent.at}/${name}`);
