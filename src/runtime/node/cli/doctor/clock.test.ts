import { expect, test } from 'vitest';
import { clock } from './clock.ts';

const now = Date.parse('2026-11-23T09:00:00Z');
const others = [{ name: 'national-portal', at: now + 2_000 }];

test('a clock that agrees with others and is past everything in the store is right', () => {
  expect(clock({ now, newestInStore: now - 1_000, step: undefined, others })).toMatchObject([{ verdict: 'ok' }]);
});

test('a clock that nothing can be compared with is not judged', () => {
  expect(clock({ now, newestInStore: undefined, step: undefined, others: [] })).toMatchObject([{ verdict: 'none' }]);
});

test.each([
  [
    'an implausible year',
    { now: Date.parse('2019-01-01T00:00:00Z'), newestInStore: undefined, step: undefined, others },
    'implausible',
  ],
  [
    'a clock set back behind the store',
    { now, newestInStore: now + 120_000, step: undefined, others },
    'behind the newest journal line',
  ],
  [
    'a clock ahead of the portal',
    { now, newestInStore: undefined, step: undefined, others: [{ name: 'national-portal', at: now - 300_000 }] },
    'lệch 300 giây so với national-portal',
  ],
  [
    'one that was set, with nobody to compare it with',
    { now, newestInStore: now, step: { byMs: -3_600_000, at: now - 60_000 }, others: [] },
    '-3.600 s',
  ],
] as const)('%s is found, with what to do', (_name, evidence, found) => {
  expect(clock(evidence)).toMatchObject([
    { verdict: 'bad', found: expect.stringContaining(found), mend: expect.stringContaining('NTP') },
  ]);
});

test('that it was set is said for a day, beside whether it is right now', () => {
  const step = { byMs: 3_600_000, at: now - 60_000 };
  expect(clock({ now, newestInStore: now, step, others })).toMatchObject([
    { verdict: 'ok', found: expect.stringContaining('was set by') },
  ]);
  const old = { ...step, at: now - 90_000_000 };
  expect(clock({ now, newestInStore: now, step: old, others: [] })).toMatchObject([{ verdict: 'none' }]);
});
