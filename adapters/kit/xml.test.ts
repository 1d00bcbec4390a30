import { describe, expect, it } from 'vitest';
import { elementsIn, readXml, textIn, xmlText } from './xml.ts';

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
  expect(readXml(`<a>${'x'.repeat(100)}</a>`, 50)).toBeUndefined();
  expect(readXml(`<a>${'x'.repeat(40)}</a>`, 50)).toBeDefined();
});

describe('written', () => {
  it.each(['<&>"\'', 'ế\r\n\t', ']]>', '&amp;'])('%j comes back', (text) => {
    expect(rootText(`<a>${xmlText(text)}</a>`)).toBe(text);
  });

  it('without what XML cannot carry', () => {
    expect(rootText(`<a>${xmlText('a\u0000b\ud800c')}</a>`)).toBe('a\ufffdb\ufffdc');
  });
});
