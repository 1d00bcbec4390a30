import { describe, expect, it } from 'vitest';
import { QUERY_CHARACTERS_AT_MOST, QUERY_PARAMETERS_AT_MOST, readQuery } from './query.ts';

const of = (query: string) => readQuery(`http://127.0.0.1/v1/things?${query}`);

describe('a query', () => {
  it('is read as it is written', () => {
    expect(readQuery('http://127.0.0.1/v1/things')).toEqual({ values: {}, whole: true });
    expect(of('')).toEqual({ values: {}, whole: true });
    expect(of('a=1&b=&c&a=2&d=%C4%91+x&a=3')).toEqual({
      values: { a: ['1', '2', '3'], b: '', c: '', d: 'đ x' },
      whole: true,
    });
    expect(Object.entries(of('__proto__=1&constructor=2&__proto__=3').values)).toEqual([
      ['__proto__', ['1', '3']],
      ['constructor', '2'],
    ]);
  });

  it('has so many parameters and characters, and beyond that is not whole', () => {
    const parameters = (count: number) => Array.from({ length: count }, (_, n) => `p${n}=${n}`).join('&');
    expect(of(parameters(QUERY_PARAMETERS_AT_MOST)).whole).toBe(true);
    const more = of(parameters(QUERY_PARAMETERS_AT_MOST + 1));
    expect([more.whole, Object.keys(more.values)]).toEqual([
      false,
      Array.from({ length: QUERY_PARAMETERS_AT_MOST }, (_, n) => `p${n}`),
    ]);
    expect(of(`a=${'x'.repeat(QUERY_CHARACTERS_AT_MOST - 2)}`).whole).toBe(true);
    const long = of(`a=${'x'.repeat(QUERY_CHARACTERS_AT_MOST)}`);
    expect([long.whole, long.values.a?.length]).toEqual([false, QUERY_CHARACTERS_AT_MOST - 2]);
  });

  const MEGABYTE = 1_048_576;
  it.each([
    ['one name again and again', 'a&'],
    ['one name with values', 'a=1&'],
    ['nothing but separators', '&'],
    ['names without end', 'a'],
    ['percent signs', '%41'],
    ['separators that are encoded', '%26a=1'],
    ['equals signs', '='],
    ['marks', '%CC%81%CC%A3'],
    ['two names in turn', 'a=1&b=2&'],
    ['rubbish', '%&%%&='],
  ])('costs next to nothing, whatever a stranger sends: %s', (_name, unit) => {
    const url = `http://127.0.0.1/x?${unit.repeat(MEGABYTE / unit.length)}`;
    readQuery(url);
    const began = performance.now();
    for (let n = 0; n < 10; n++) expect(readQuery(url).whole).toBe(false);
    // 10 ms for ten: without the bound it is seconds, and with a copy at each repetition hours.
    expect(performance.now() - began).toBeLessThan(200);
  });

  it('costs next to nothing with many different names too', () => {
    const url = `http://127.0.0.1/x?${Array.from({ length: 100_000 }, (_, n) => `p${n}`).join('&')}`;
    const began = performance.now();
    for (let n = 0; n < 10; n++) expect(readQuery(url).whole).toBe(false);
    expect(performance.now() - began).toBeLessThan(200);
  });
});
