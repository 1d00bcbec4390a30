import { expect, it } from 'vitest';
import { readSoap, soapCall } from './soap.ts';
import { elementsIn, textIn } from './xml.ts';

it('a call reads back as it was meant', () => {
  const read = readSoap(soapCall('urn:a&b', 'ask', { first: '{"a":"<ế>"}', second: '' }));
  if (read.kind !== 'body') throw new Error('it is a body');
  expect(read.element).toMatchObject({ namespace: 'urn:a&b', name: 'ask' });
  expect(elementsIn(read.element).map((each) => [each.name, textIn(each)])).toEqual([
    ['first', '{"a":"<ế>"}'],
    ['second', ''],
  ]);
});

it('a text may go as CDATA, whatever it holds', () => {
  const text = '<DATA a="1">&amp; ]]> </DATA>';
  const call = soapCall('urn:a', 'ask', { message: { cdata: text } });
  expect(call).toContain('<message><![CDATA[<DATA a="1">&amp; ]]]]>');
  const read = readSoap(call);
  expect(read.kind === 'body' && elementsIn(read.element).map(textIn)).toEqual([text]);
});

const enveloped = (body: string, namespace = 'http://schemas.xmlsoap.org/soap/envelope/') =>
  `<s:Envelope xmlns:s="${namespace}"><s:Header/>${body}</s:Envelope>`;

it('reads a fault of either version in their words', () => {
  const one = '<s:Body><s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault></s:Body>';
  expect(readSoap(enveloped(one))).toEqual({ kind: 'fault', words: 's:Server no' });
  const two = '<s:Body><s:Fault><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault></s:Body>';
  expect(readSoap(enveloped(two, 'http://www.w3.org/2003/05/soap-envelope'))).toEqual({ kind: 'fault', words: 'no' });
});

it.each([
  ['<a/>', ''],
  [enveloped('<s:Body><a/></s:Body>', 'urn:x'), ''],
  [enveloped(''), '/Envelope'],
  [enveloped('<s:Body/><s:Body/>'), '/Envelope'],
  [enveloped('<Body xmlns="urn:x"><a/></Body>'), '/Envelope'],
  [enveloped('<s:Body/>'), '/Envelope/Body'],
  [enveloped('<s:Body><a/><b/></s:Body>'), '/Envelope/Body'],
])('%s is drift', (xml, path) => {
  expect(readSoap(xml)).toMatchObject({ kind: 'drift', path });
});

it('what is no XML is unknown', () => {
  expect(readSoap('<html>503')).toEqual({ kind: 'unknown', reason: 'unreadable' });
});
