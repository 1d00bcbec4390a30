import { expect, it } from 'vitest';
import { C14nCanonicalization } from 'xml-crypto';
import { canonical } from './canonical.ts';
import { documentOf, elementAt } from './document.ts';

const of = (text: string, ...path: string[]) => {
  const found = elementAt(documentOf(text), path);
  if (found === undefined) throw new Error('there is one');
  return found;
};

it.each([
  [
    'empty elements, attributes in their order',
    '<a z="1" b=\'2\' a:y="3" xmlns:b="urn:b" xmlns:a="urn:a" b:x="4"/>',
    '<a xmlns:a="urn:a" xmlns:b="urn:b" b="2" z="1" a:y="3" b:x="4"></a>',
  ],
  ['line ends, references and CDATA', '<a>\r\n&#13;&gt;<![CDATA[<&]]>"</a>', '<a>\n&#xD;&gt;&lt;&amp;"</a>'],
  ['values', '<a b="&#10;&#9;&#13;&lt;&quot;\'\n&gt;"/>', '<a b="&#xA;&#x9;&#xD;&lt;&quot;\' >"></a>'],
  [
    'repeated namespaces',
    '<a xmlns="urn:a"><b xmlns="urn:a" xmlns:c="urn:c"><c:d xmlns:c="urn:c"/></b></a>',
    '<a xmlns="urn:a"><b xmlns:c="urn:c"><c:d></c:d></b></a>',
  ],
  [
    'a namespace taken back',
    '<a xmlns="urn:a"><b xmlns=""><c/></b></a>',
    '<a xmlns="urn:a"><b xmlns=""><c></c></b></a>',
  ],
  ['comments', '<a><!-- x --> <b><!----></b></a>', '<a> <b></b></a>'],
])('writes as canonical XML has it: %s', (_what, text, expected) => {
  expect(canonical(of(text, 'a'), 'c14n')).toBe(expected);
  // biome-ignore lint/suspicious/noExplicitAny: the same DOM of another release of its package.
  const theirs = new C14nCanonicalization().process(of(text, 'a') as any, {});
  expect(theirs.toString()).toBe(expected);
});

it('gives an element what it stands in: namespaces in scope and xml: attributes, the nearest of each', () => {
  const text =
    '<a xmlns="urn:a" xmlns:x="urn:1" xml:lang="vi" k="no"><b xmlns:x="urn:2" xml:space="preserve"><c><x:d/></c></b></a>';
  expect(canonical(of(text, 'a', 'b', 'c'), 'c14n')).toBe(
    '<c xmlns="urn:a" xmlns:x="urn:2" xml:lang="vi" xml:space="preserve"><x:d></x:d></c>',
  );
  expect(canonical(of(text, 'a', 'b', 'c'), 'exclusive-c14n')).toBe('<c xmlns="urn:a"><x:d xmlns:x="urn:2"></x:d></c>');
});

it('a default namespace that was taken back in between does not come back', () => {
  const [b] = documentOf('<a xmlns="urn:a"><b xmlns=""><c/></b></a>').getElementsByTagName('c');
  expect(b && canonical(b, 'c14n')).toBe('<c></c>');
});

it('keeps comments only where the kind says so', () => {
  expect(canonical(of('<a><!-- x --></a>', 'a'), 'c14n-with-comments')).toBe('<a><!-- x --></a>');
  expect(canonical(of('<a><!-- x --></a>', 'a'), 'exclusive-c14n-with-comments')).toBe('<a><!-- x --></a>');
  expect(canonical(of('<a><!-- x --></a>', 'a'), 'exclusive-c14n')).toBe('<a></a>');
});
