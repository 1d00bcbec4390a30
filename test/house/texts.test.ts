import { expect, it } from 'vitest';
import { textBreaches } from './texts.ts';

const of = (source: string) => textBreaches('contracts/domain/x.ts', source);

it.each([
  'const a = z.string().normalize().max(60);',
  'const a = z.string().max(60).normalize();',
  'const a = (text: string) => text.normalize("NFD");',
  'const a = z.string().max(60).regex(/^a*b*$/);',
  "const a = z.string().regex(/^[a-z]+$/, 'x').max(60, { abort: true });",
  'const a = { b: z.string().max(9, { abort: true }), c: z.string().regex(/a/) };',
  'const a = z.string().regex(PATTERN);',
  'const a = z.email().max(254);',
  'const a = z.url().max(4000).nullish();',
  'const a = z.iso\n  .datetime({ offset: true });',
  'const a = z.string().trim().min(1).max(500);',
])('a text that is composed or matched before its length is bounded is found: %s', (source) => {
  expect(of(source)).not.toEqual([]);
});

it.each([
  'const a = z.string().max(60, { abort: true }).regex(/^a*b*$/);',
  "const a = z.string().regex(/^[0-9]{12}$/, 'must have 12 digits');",
  'const a = z.string().regex(/^[0-9]{10}(-?[0-9]{3})?$/);',
  'const a = boundedText(100).min(1).regex(PATTERN);',
  'const a = words(300, 3).refine((text) => !/[0-9]{9}/.test(text));',
  'const a = asGiven(254).check(z.email());',
  '// text.normalize() is theirs\nconst a = z.string().max(4);',
])('one that is bounded first is not: %s', (source) => {
  expect(of(source)).toEqual([]);
});
