import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element as it was written, its namespace resolved. */
export interface XmlElement {
  readonly namespace: string;
  /** Without prefix. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

const MAXIMUM_CHARACTERS = 2 * 1024 * 1024;

/** Of `<!`, comments and CDATA alone: no DTD, and so no entity of theirs. */
const DECLARATION = /<!(?!--|\[CDATA\[)/;

const PROLOGUE = /^\ufeff?<\?xml\s[^>]*\?>/;

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
});

/**
 * The one element that a text is, or undefined for everything else: too long, not well-formed, nested deeper than a
 * hundred, with a DTD, with an entity that XML itself does not name, or with a prefix that nobody bound.
 */
export function readXml(text: string, maximumCharacters = MAXIMUM_CHARACTERS): XmlElement | undefined {
  if (text.length > maximumCharacters || DECLARATION.test(text)) return undefined;
  try {
    if (XMLValidator.validate(text) !== true) return undefined;
    // Inside an element of ours the parser keeps what stands beside the root, which it drops at the top.
    const [around] = childrenOf(
      parser.parse(`<around>${text.replace(PROLOGUE, '')}</around>`) as unknown[],
      XML_PREFIX,
    );
    if (typeof around !== 'object') return undefined;
    const [root, ...others] = around.children.filter(isWeighty);
    return typeof root === 'object' && others.length === 0 ? root : undefined;
  } catch {
    return undefined;
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
  if (prefix !== '' && namespace === undefined) throw new TypeError('a prefix that nobody bound');
  return { namespace: namespace ?? '', name: name ?? '', attributes, children: childrenOf(content, scope) };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));|&/g;

/** References of XML itself; throws for any other, which only a DTD could have explained. */
function decoded(text: string): string {
  return text.replace(REFERENCE, (_whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? '';
    const digits = hex ?? decimal;
    if (digits === undefined) throw new TypeError('an entity that XML does not name');
    const point = Number.parseInt(digits, hex === undefined ? 10 : 16);
    if (point === 0 || (point >= 0xd800 && point <= 0xdfff)) throw new TypeError('no character');
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
