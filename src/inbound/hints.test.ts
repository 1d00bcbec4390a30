import { expect, it } from 'vitest';
import { createHints } from './hints.ts';

it('the same hint is one within its minute, and another in the next', () => {
  let now = 60_000;
  const { admit } = createHints({ steady: () => now });
  const first = admit('tax', 'ref-1');
  now += 59_999;
  expect(admit('tax', 'ref-1')).toBe(first);
  now += 1;
  expect(admit('tax', 'ref-1')).not.toBe(first);
});

it('a flood of one system is turned away until the next minute, and takes no room from another', () => {
  let now = 0;
  const { admit } = createHints({ steady: () => now });
  const admitted = Array.from({ length: 1_000 }, (_, n) => admit('tax', `ref-${n}`)).filter((key) => key !== undefined);
  expect(admitted).toHaveLength(600);
  expect(admit('bank', 'ref-1')).toBeDefined();
  now += 60_000;
  expect(admit('tax', 'ref-1')).toBeDefined();
});
