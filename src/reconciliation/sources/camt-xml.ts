import { SaxesParser, type SaxesTagNS } from 'saxes';

/** One element with what is in it. Names are local ones: the namespace stands at the document. */
export interface Element {
  readonly name: string;
  readonly row: number;
  readonly currency: string | undefined;
  readonly children: Element[];
  text: string;
}

/** What is told of a document while it is read. An element is told once it ended, where `wants` said so; others are dropped. */
export interface DocumentReader {
  /** A document begins (`Document` of a namespace), after which depths count from 1. */
  readonly document: (namespace: string, row: number) => void;
  /** Whether an element is kept as a whole; what is in it then is too. */
  readonly wants: (path: readonly string[]) => boolean;
  readonly element: (element: Element, path: readonly string[]) => void;
  /** An element that is not kept begins or ends. */
  readonly begins: (path: readonly string[], row: number) => void;
  readonly ends: (path: readonly string[], row: number) => void;
}

/** What keeps a file from being read to its end. */
export class BadXml extends Error {
  override readonly name = 'BadXml';
  readonly row: number;
  constructor(row: number, message: string) {
    super(message);
    this.row = row;
  }
}

const MOST_DEPTH = 64;
/** Elements inside one that is kept. */
const MOST_ELEMENTS = 400_000;
/** Characters of one text, or between two tags. */
const LONGEST_TEXT = 262_144;
const SLICE = 16_384;

/**
 * Feeds a document to its reader and hands out a turn after each slice of it. Throws `BadXml` at what is not well-formed, at
 * a DOCTYPE (so there are no entities but the five), at bytes that are no text, and beyond the bounds above.
 */
export async function* readXml(file: AsyncIterable<Uint8Array>, reader: DocumentReader): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: true, position: true });
  const path: string[] = [];
  const kept: Element[] = [];
  let depth = 0;
  let documentDepth = 0;
  let elements = 0;
  let quiet = 0;
  let wrong: BadXml | undefined;
  const fail = (message: string): void => {
    wrong ??= new BadXml(parser.line, message);
  };
  const opens = (tag: SaxesTagNS): void => {
    quiet = 0;
    depth += 1;
    if (wrong !== undefined) return;
    if (depth > MOST_DEPTH) {
      fail('is nested too deeply');
      return;
    }
    if (documentDepth === 0) {
      if (tag.local !== 'Document') return;
      documentDepth = depth;
      reader.document(tag.uri, parser.line);
      return;
    }
    path.push(tag.local);
    const parent = kept.at(-1);
    if (parent === undefined && !reader.wants(path)) {
      reader.begins(path, parser.line);
      return;
    }
    elements = parent === undefined ? 1 : elements + 1;
    if (elements > MOST_ELEMENTS) {
      fail('has an entry with too many parts');
      return;
    }
    const currency = tag.attributes.Ccy?.value;
    const element: Element = { name: tag.local, row: parser.line, currency, children: [], text: '' };
    parent?.children.push(element);
    kept.push(element);
  };
  const closes = (): void => {
    quiet = 0;
    if (wrong === undefined && documentDepth > 0) {
      const element = kept.pop();
      if (depth === documentDepth) documentDepth = 0;
      else {
        if (element === undefined) reader.ends(path, parser.line);
        else if (kept.length === 0) reader.element(element, path);
        path.pop();
      }
    }
    depth -= 1;
  };
  const text = (piece: string): void => {
    const element = kept.at(-1);
    if (element) element.text += piece;
    if (piece.length > LONGEST_TEXT || (element && element.text.length > LONGEST_TEXT))
      fail('has a text that is too long');
  };
  parser.on('opentag', opens);
  parser.on('closetag', closes);
  parser.on('text', text);
  parser.on('cdata', text);
  parser.on('doctype', () => fail('has a DOCTYPE, which no statement needs'));
  parser.on('error', () => fail('is not well-formed XML'));
  const feed = function* (piece: string): Generator<void> {
    for (let at = 0; at < piece.length; at += SLICE) {
      const slice = piece.slice(at, at + SLICE);
      quiet += slice.length;
      parser.write(slice);
      if (quiet > LONGEST_TEXT + SLICE) fail('has a text that is too long');
      yield;
      if (wrong !== undefined) throw wrong;
    }
  };
  for await (const { text: piece, broken } of xmlText(file)) {
    yield* feed(piece);
    if (broken) throw new BadXml(parser.line, 'is not text in its encoding');
  }
  parser.close();
  yield;
  if (wrong !== undefined) throw wrong;
}

interface XmlText {
  readonly text: string;
  /** What follows the text is none. */
  readonly broken: boolean;
}

/** Bytes in which a declaration names the encoding. */
const DECLARATION_BYTES = 200;
const ENCODINGS = new Set(['utf-8', 'us-ascii', 'iso-8859-1', 'windows-1252']);

async function* xmlText(file: AsyncIterable<Uint8Array>): AsyncGenerator<XmlText> {
  let first: number[] | undefined = [];
  let decode: ((bytes: Uint8Array | undefined) => XmlText) | undefined;
  for await (const bytes of file) {
    let piece = bytes;
    if (first) {
      for (const each of bytes) first.push(each);
      if (first.length < DECLARATION_BYTES) continue;
      piece = Uint8Array.from(first);
      first = undefined;
    }
    decode ??= decoderOf(piece);
    const text = decode(piece);
    yield text;
    if (text.broken) return;
  }
  if (first) {
    const piece = Uint8Array.from(first);
    decode = decoderOf(piece);
    const text = decode(piece);
    yield text;
    if (text.broken) return;
  }
  if (decode) yield decode(undefined);
}

function decoderOf(first: Uint8Array): (bytes: Uint8Array | undefined) => XmlText {
  const declared = String.fromCharCode(...first.subarray(0, DECLARATION_BYTES));
  const named = /^[^<]{0,3}<\?xml[^>]*?\sencoding\s?=\s?["']([\w.-]+)/.exec(declared)?.[1]?.toLowerCase() ?? 'utf-8';
  const encoding = declared.startsWith('\xff\xfe') ? 'utf-16le' : declared.startsWith('\xfe\xff') ? 'utf-16be' : named;
  if (!ENCODINGS.has(encoding) && !encoding.startsWith('utf-16')) return () => ({ text: '', broken: true });
  const strict = new TextDecoder(encoding, { fatal: true });
  const lenient = new TextDecoder(encoding);
  return (bytes) => {
    const text = lenient.decode(bytes, { stream: bytes !== undefined });
    try {
      strict.decode(bytes, { stream: bytes !== undefined });
      return { text, broken: false };
    } catch {
      return { text: text.slice(0, Math.max(0, text.indexOf('\ufffd'))), broken: true };
    }
  };
}
