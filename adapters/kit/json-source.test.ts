import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memberSources } from './json-source.ts';

it('gives each member as it was written', () => {
  const json = ' {"a" : 50000.0,"b":"x\\",\\u0079}" , "c":{"a":[1,{"b":2}] },"d":[],"e":1e2 ,"\\u0066":null}';
  expect([...memberSources(json)]).toEqual([
    ['a', '50000.0'],
    ['b', '"x\\",\\u0079}"'],
    ['c', '{"a":[1,{"b":2}] }'],
    ['d', '[]'],
    ['e', '1e2'],
    ['f', 'null'],
  ]);
});

it('the last of two members of one name counts, as for JSON.parse', () => {
  expect(memberSources('{"a":1,"a":2.0}').get('a')).toBe('2.0');
});

it('of anything but an object there are none', () => {
  for (const json of ['[]', '["a",1]', '[{"a":1}]', '"a"', '1', 'null', '{}']) expect(memberSources(json).size).toBe(0);
});

it('reads back as the object itself', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 2 }), (object, indent) => {
      const json = JSON.stringify(object, null, indent);
      const parsed = JSON.parse(json) as Record<string, unknown>;
      const read = new Map([...memberSources(json)].map(([name, source]) => [name, JSON.parse(source)]));
      expect(read).toEqual(new Map(Object.entries(parsed)));
    }),
  );
});
