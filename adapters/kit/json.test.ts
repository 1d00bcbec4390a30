import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson, digestOf, readJson, UNBOUNDED } from './json.ts';

const shape = z.looseObject({ list: z.array(z.looseObject({ 'a/b': z.string() })) });

describe('readJson', () => {
  it('takes what fits and lets further fields through', () => {
    expect(readJson('{"list":[{"a/b":"x","more":1}],"other":2}', shape)).toMatchObject({ ok: true });
  });

  it('calls no JSON unknown', () => {
    expect(readJson('<html>', shape)).toEqual({ ok: false, failure: { kind: 'unknown', reason: 'unreadable' } });
    expect(readJson('', shape)).toMatchObject({ failure: { kind: 'unknown' } });
  });

  it('says where another shape stands and of what kind, never what stands there (I6)', () => {
    const read = readJson('{"list":[{"a/b":"x"},{"a/b":{"secret":"024000000000"}}]}', shape);
    expect(read).toEqual({
      ok: false,
      failure: { kind: 'drift', path: '/list/1/a~1b', expected: 'string', got: 'object' },
    });
    expect(readJson('{}', shape)).toMatchObject({ failure: { path: '/list', got: 'missing' } });
    expect(readJson('null', shape)).toMatchObject({ failure: { path: '', got: 'null' } });
  });
});

describe('JSON beyond bounds', () => {
  it.each([
    ['lists', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['objects', `{"list":[],"more":${'{"a":'.repeat(10_000)}0${'}'.repeat(10_000)}}`],
    ['many members', `{"list":[]${Array.from({ length: 20_001 }, (_, n) => `,"k${n}":0`).join('')}}`],
    ['many values', `{"list":[${'{},'.repeat(300_000)}{}]}`],
  ])('is drift and is not looked into: %s', (_name, body) => {
    expect(readJson(body, shape)).toMatchObject({ ok: false, failure: { kind: 'drift', path: '' } });
  });

  it('is read where a sender is only to be verified', () => {
    const body = `{"list":[],"more":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(readJson(body, shape, UNBOUNDED).ok).toBe(true);
  });
});

describe('canonical JSON', () => {
  it('is equal for equal values in any order, and is JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('digests as SHA-256 does', async () => {
    expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
