import { describe, expect, it } from 'vitest';
import { utf8 } from './bytes.ts';
import { elementsIn, examineXml, readXml, textIn, xmlText } from './xml.ts';
import type { XmlBounds } from './xml-bounds.ts';

const rootText = (xml: string): string | undefined => {
  const root = readXml(xml);
  return root && textIn(root);
};

it('reads elements with their namespaces, attributes and text', () => {
  const root = readXml(
    '<?xml version="1.0"?><a:b xmlns:a="urn:x" xmlns="urn:y" k="1&amp;2"><c> x </c><!-- no --></a:b>',
  );
  expect(root).toMatchObject({ namespace: 'urn:x', name: 'b', attributes: { k: '1&2' } });
  expect(root && elementsIn(root)).toMatchObject([{ namespace: 'urn:y', name: 'c', children: [' x '] }]);
});

it('reads text as it was meant: references, CDATA, digits', () => {
  expect(rootText('<a>&lt;&amp;&#7871;&#x1EBF; 007</a>')).toBe('<&ếế 007');
  expect(rootText('<a>x<![CDATA[<&lt;>]]>y</a>')).toBe('x<&lt;>y');
});

it.each([
  ['a text', 'a'],
  ['nothing', ''],
  ['half of it', '<a><b>'],
  ['crossed', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['something after it', '<a/>x'],
  ['something between comments after it', '<a/><!-- a -->x<!-- b -->'],
  ['something before it', 'x<a/>'],
  ['an end too many', '<a/></around><around>'],
  ['a DTD', '<!DOCTYPE a><a/>'],
  ['an entity of its own', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['a file', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['an entity that nobody named', '<a>&nbsp;</a>'],
  ['a bare ampersand', '<a>x & y</a>'],
  ['no character', '<a>&#0;</a>'],
  ['half a character', '<a>&#xD800;</a>'],
  ['beyond all characters', '<a>&#x110000;</a>'],
  ['a prefix that nobody bound', '<a:b/>'],
  ['deep nesting', `${'<a>'.repeat(5_000)}${'</a>'.repeat(5_000)}`],
  ['a name that is none', '<__proto__>1</__proto__>'],
])('refuses %s', (_what, xml) => {
  expect(readXml(xml)).toBeUndefined();
});

it('refuses what is longer than the bound, which bounds the work', () => {
  expect(readXml(`<a>${'x'.repeat(100)}</a>`, { characters: 50 })).toBeUndefined();
  expect(readXml(`<a>${'x'.repeat(40)}</a>`, { characters: 50 })).toBeDefined();
});

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'));
const why = (source: string | Uint8Array, bounds: Partial<XmlBounds> = {}): unknown => {
  const read = examineXml(source, bounds);
  return read.ok ? 'read' : [read.why, read.line];
};

it.each<[string, string | Uint8Array, unknown]>([
  ['a DTD, with its line', '<?xml version="1.0"?>\n\n<!DOCTYPE a><a/>', ['dtd', 3]],
  ['what is cut off', '<a>\n<b>', ['not-well-formed', expect.any(Number)]],
  ['crossed elements', '<a>\n<b></a></b>', ['not-well-formed', 2]],
  ['two roots', '<a/><b/>', ['not-well-formed', undefined]],
  ['an entity of theirs', '<a>&nbsp;</a>', ['reference', undefined]],
  ['beyond all characters', '<a>&#x110000;</a>', ['reference', undefined]],
  ['an unbound prefix', '<a b:c="1"><b:d/></a>', ['prefix', undefined]],
  ['a declared UTF-16', '<?xml version="1.0" encoding="UTF-16"?><a/>', ['encoding', 1]],
  ['a declared legacy encoding', "<?xml version='1.0' encoding='windows-1258'?><a/>", ['encoding', 1]],
  ['UTF-16 with its mark', utf16('\ufeff<a/>'), ['encoding', 1]],
  ['UTF-16 the other way round', utf16('\ufeff<a/>').map((_, at, all) => all[at ^ 1] ?? 0), ['encoding', 1]],
  ['UTF-16 without a mark', utf16('<a/>'), ['encoding', 1]],
  [
    'bytes that are no UTF-8',
    Uint8Array.of(0x3c, 0x61, 0x3e, 0xc3, 0x28, 0x3c, 0x2f, 0x61, 0x3e),
    ['not-utf-8', undefined],
  ],
  ['an overlong form', Uint8Array.of(0x3c, 0x61, 0x3e, 0xc0, 0xbc, 0x3c, 0x2f, 0x61, 0x3e), ['not-utf-8', undefined]],
])('says why it refuses %s', (_what, source, expected) => {
  expect(why(source)).toEqual(expected);
});

it('reads UTF-8 with a mark, and with a declaration that says so', () => {
  for (const text of ['\ufeff<a>ế</a>', '\ufeff<?xml version="1.0" encoding="utf-8"?><a>ế</a>'])
    for (const source of [text, utf8(text)])
      expect(examineXml(source)).toMatchObject({ ok: true, root: { name: 'a', children: ['ế'] } });
});

it.each<[string, Partial<XmlBounds>, string, string, unknown]>([
  ['depth', { depth: 3 }, '<a><b><c/></b></a>', '<a><b>\n<c><d/></c></b></a>', ['too-deep', 2]],
  ['elements', { elements: 2 }, '<a><!-- <x/><y/> --><b/></a>', '<a><b/>\n\n<b/></a>', ['too-many-elements', 3]],
  ['attributes', { attributes: 2 }, `<a b="c='d'" e="f"/>`, '<a b="" c="" d=""/>', ['too-many-attributes', 1]],
  ['text', { text: 4 }, '<a>abcd<b/>abcd</a>', '<a>abc<!-- -->de</a>', ['text-too-long', 1]],
  ['CDATA', { text: 20 }, '<a><![CDATA[abcd]]></a>', '<a>abcd<![CDATA[abcdefgh]]></a>', ['text-too-long', 1]],
  ['characters', { characters: 8 }, '<a>1</a>', '<a>12</a>', ['too-long', undefined]],
])('bounds %s', (_what, bounds, within, beyond, expected) => {
  expect(why(within, bounds)).toBe('read');
  expect(why(beyond, bounds)).toEqual(expected);
});

it('reads a hundred deep and no deeper, and never a text that would take the stack', () => {
  const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
  expect(why(nested(100))).toBe('read');
  expect(why(nested(101))).toEqual(['too-deep', 1]);
  expect(why(nested(1_000), { depth: 1_000_000 })).toBe('read');
  expect(why(nested(200_000), { depth: 1_000_000 })).toEqual(['too-deep', 1]);
});

describe('written', () => {
  it.each(['<&>"\'', 'ế\r\n\t', ']]>', '&amp;'])('%j comes back', (text) => {
    expect(rootText(`<a>${xmlText(text)}</a>`)).toBe(text);
  });

  it('without what XML cannot carry', () => {
    expect(rootText(`<a>${xmlText('a\u0000b\ud800c')}</a>`)).toBe('a\ufffdb\ufffdc');
  });
});
