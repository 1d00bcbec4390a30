import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { boundBroken, DEEPEST, XML_BOUNDS, type XmlBounds, type XmlBreach } from './xml-bounds.ts';

/** An element as it was written, its namespace resolved. */
export interface XmlElement {
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** Why a text was refused: none of these is repaired or guessed at. */
export type XmlFault =
  | XmlBreach
  | 'too-long'
  /** Bytes that are no UTF-8. */
  | 'not-utf-8'
  /** UTF-16 or UTF-32 by their first bytes, or another encoding than UTF-8 declared. */
  | 'encoding'
  /** A DTD: entities, defaults and files that are not in the text. */
  | 'dtd'
  | 'not-well-formed'
  /** A reference that XML itself does not name, or that is no character. */
  | 'reference'
  /** A prefix that nobody bound. */
  | 'prefix';

export interface XmlRefusal {
  readonly ok: false;
  readonly why: XmlFault;
  /** Counted from one, where the fault has a place. */
  readonly line?: number;
}
export type XmlReading = { readonly ok: true; readonly root: XmlElement } | XmlRefusal;

/** Of `<!`, comments and CDATA alone: no DTD, and so no entity of theirs. */
const DECLARATION = /<!(?!--|\[CDATA\[)/;

const PROLOGUE = /^\ufeff?<\?xml\s[^>]*\?>/;
const ENCODING = /\sencoding\s*=\s*["']([^"']*)["']/;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Depth is counted before; one more for the element around.
  maxNestedTags: DEEPEST + 1,
});

/** The one element that a text is, or undefined for everything else: see `XmlFault`. */
export function readXml(text: string, bounds: Partial<XmlBounds> = {}): XmlElement | undefined {
  const read = examineXml(text, bounds);
  return read.ok ? read.root : undefined;
}

/** As `readXml`, of a text or the bytes of one, and says why and where one is refused. */
export function examineXml(source: string | Uint8Array, bounds: Partial<XmlBounds> = {}): XmlReading {
  const text = textOfXml(source, bounds);
  if (typeof text !== 'string') return text;
  try {
    const validity = XMLValidator.validate(text);
    if (validity !== true) return { ok: false, why: 'not-well-formed', line: validity.err.line };
    const broken = boundBroken(text, { ...XML_BOUNDS, ...bounds });
    if (broken) return { ok: false, why: broken.why, line: lineAt(text, broken.at) };
    // Inside an element of ours the parser keeps what stands beside the root, which it drops at the top.
    const [around] = childrenOf(
      parser.parse(`<around>${text.replace(PROLOGUE, '')}</around>`) as unknown[],
      XML_PREFIX,
    );
    if (typeof around !== 'object') return { ok: false, why: 'not-well-formed' };
    const [root, ...others] = around.children.filter(isWeighty);
    if (typeof root !== 'object' || others.length > 0) return { ok: false, why: 'not-well-formed' };
    return { ok: true, root };
  } catch (error) {
    return { ok: false, why: error instanceof Fault ? error.why : 'not-well-formed' };
  }
}

/** The text of an XML document, which is UTF-8 and says nothing else; not yet well-formed, but without a DTD. */
export function textOfXml(source: string | Uint8Array, bounds: Partial<XmlBounds> = {}): string | XmlRefusal {
  if (source.length > (bounds.characters ?? XML_BOUNDS.characters)) return { ok: false, why: 'too-long' };
  const text = typeof source === 'string' ? source : decodedUtf8(source);
  if (typeof text !== 'string') return text;
  const [prologue = ''] = PROLOGUE.exec(text) ?? [];
  const [, encoding = 'utf-8'] = ENCODING.exec(prologue) ?? [];
  if (encoding.toLowerCase() !== 'utf-8') return { ok: false, why: 'encoding', line: 1 };
  const dtd = DECLARATION.exec(text);
  return dtd === null ? text : { ok: false, why: 'dtd', line: lineAt(text, dtd.index) };
}

const isWide = ([first, second, third, fourth]: Uint8Array): boolean =>
  (first === 0xfe && second === 0xff) ||
  (first === 0xff && second === 0xfe) ||
  // `<` in UTF-16 or UTF-32 without a mark.
  (first === 0 && (second === 0x3c || (second === 0 && (third === 0xfe || fourth === 0x3c)))) ||
  (first === 0x3c && second === 0);

function decodedUtf8(bytes: Uint8Array): string | XmlRefusal {
  if (isWide(bytes)) return { ok: false, why: 'encoding', line: 1 };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, why: 'not-utf-8' };
  }
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length;

class Fault extends Error {
  readonly why: XmlFault;
  constructor(why: XmlFault) {
    super(why);
    this.why = why;
  }
}

/** All text directly in an element. */
export const textIn = ({ children }: XmlElement): string =>
  children.filter((each) => typeof each === 'string').join('');

export const elementsIn = ({ children }: XmlElement): XmlElement[] =>
  children.filter((each) => typeof each === 'object');

const isWeighty = (each: XmlElement | string): boolean => typeof each === 'object' || each.trim() !== '';

type Scope = Readonly<Record<string, string>>;
const XML_PREFIX: Scope = { xml: 'http://www.w3.org/XML/1998/namespace' };
const ATTRIBUTES = ':@';

function childrenOf(nodes: readonly unknown[], scope: Scope): (XmlElement | string)[] {
  return nodes.map((node) => {
    const { [ATTRIBUTES]: written = {}, ...rest } = node as Readonly<Record<string, unknown>>;
    const [name = '', content] = Object.entries(rest)[0] ?? [];
    if (name === '#text') return decoded(String(content));
    if (name === '#cdata') return (content as { readonly '#text': unknown }[]).map((each) => each['#text']).join('');
    return elementOf(name, written as Readonly<Record<string, string>>, content as unknown[], scope);
  });
}

function elementOf(
  written: string,
  raw: Readonly<Record<string, string>>,
  content: unknown[],
  outer: Scope,
): XmlElement {
  const attributes: Record<string, string> = {};
  const scope: Record<string, string> = { ...outer };
  for (const [name, value] of Object.entries(raw)) {
    attributes[name] = decoded(value);
    if (name === 'xmlns') scope[''] = attributes[name];
    else if (name.startsWith('xmlns:')) scope[name.slice('xmlns:'.length)] = attributes[name];
  }
  const [prefix, name] = written.includes(':') ? written.split(':', 2) : ['', written];
  const namespace = Object.hasOwn(scope, prefix ?? '') ? scope[prefix ?? ''] : undefined;
  if (prefix !== '' && namespace === undefined) throw new Fault('prefix');
  return { namespace: namespace ?? '', name: name ?? '', attributes, children: childrenOf(content, scope) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));|&/g;

/** References of XML itself; throws for any other, which only a DTD could have explained. */
function decoded(text: string): string {
  return text.replace(REFERENCE, (_whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? '';
    const digits = hex ?? decimal;
    if (digits === undefined) throw new Fault('reference');
    const point = Number.parseInt(digits, hex === undefined ? 10 : 16);
    if (point === 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw new Fault('reference');
    return String.fromCodePoint(point);
  });
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML cannot carry.
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** A text as content or attribute; characters that XML cannot carry become U+FFFD, a carriage return a reference. */
export const xmlText = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\ufffd')
    .replace(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)
    .replaceAll('\r', '&#13;');
