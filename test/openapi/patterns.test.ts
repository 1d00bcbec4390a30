import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { contract } from '../kit/contract.ts';

const patternsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) =>
        key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
      );

/** What means the same in every engine: no property, no class whose letters differ, no group with a name, nothing that looks around. */
const PLAIN = /^(?:[^\\]|\\(?:x[0-9a-f]{2}|[.\-/[\]^$*+?(){}|\\]))*$/s;
const LOOKS_OR_NAMES = /\(\?/;

describe('the patterns of the document', async () => {
  const document = await contract();
  const patterns = [...new Set(patternsIn(document))];

  it.each(patterns)('%s is a plain one, held at both ends', (pattern) => {
    expect(pattern).toMatch(PLAIN);
    expect(pattern).not.toMatch(LOOKS_OR_NAMES);
    expect(pattern).toMatch(/^\^.*\$$/s);
    for (const flags of ['', 'u']) expect(() => new RegExp(pattern, flags)).not.toThrow();
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  it.skipIf(!python)('mean in Python what they mean here (skipped where there is no python3)', () => {
    const texts = [
      ...[
        'H02.15.03-221201-0001',
        'Đồ-1',
        'Đồ/1:a_b',
        '日本-1',
        '𝒜1',
        '1',
        'a b',
        ' a',
        '-a',
        'a\u0000',
        'a`',
        'a[b',
        '[',
        'a{',
        '~',
        'a;b',
      ],
      ...[
        '024000000000',
        '٠٢٤٠٠٠٠٠٠٠٠٠',
        '240000000',
        'B1234567',
        '0101234567-001',
        '0101234567',
        '012345678901',
        'national-portal',
        'x'.repeat(101),
        '',
      ],
    ];
    const asked = spawnSync(
      'python3',
      [
        '-c',
        'import json,re,sys\nd=json.load(sys.stdin)\nprint(json.dumps([[re.search(p,t) is not None for t in d["texts"]] for p in d["patterns"]]))',
      ],
      { input: JSON.stringify({ patterns, texts }), encoding: 'utf8' },
    );
    expect(asked.stderr).toBe('');
    expect(JSON.parse(asked.stdout)).toEqual(
      patterns.map((pattern) => texts.map((text) => new RegExp(pattern).test(text))),
    );
  });
});
