import fc from 'fast-check';
import { expect, it } from 'vitest';
import { completed, loginFailed, notSent } from '../../../adapters/adapter.ts';
import { retryAfterMs } from '../../../adapters/kit/retry-after.ts';
import { heeded, heededAll } from './hint.ts';

const text = fc.oneof(
  fc.nat().map(String),
  fc.integer({ min: 1_600_000_000, max: 2_000_000_000 }).map(String),
  fc.bigInt({ min: 0n, max: 10n ** 40n }).map(String),
  fc.integer().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  fc.string(),
);
const reason = fc.constantFrom('rate-limited', 'unavailable', 'client-error', 'login-failed', 'login-refused' as const);

it('nothing that they write is heeded for longer than the policy says, whatever the reason and wherever it is said', () => {
  fc.assert(
    fc.property(
      text,
      reason,
      fc.integer({ min: 1_000, max: 86_400_000 }),
      fc.boolean(),
      (said, why, longest, login) => {
        const asked = retryAfterMs({ 'retry-after': said }, Date.UTC(2026, 4, 1));
        const was = login ? loginFailed(why, asked) : notSent(why, asked);
        const now = heeded(was, longest);
        const waits = 'retryAfterMs' in now ? (now.retryAfterMs ?? 0) : 0;
        expect(waits).toBeLessThanOrEqual(longest);
        expect(waits).toBe(Math.min(asked ?? 0, longest));
        expect('cutFromMs' in now ? now.cutFromMs : undefined).toBe((asked ?? 0) > longest ? asked : undefined);
        const together = heededAll({ kind: 'itemised', outcomes: [completed(1), was] }, longest);
        expect(together).toEqual({ kind: 'itemised', outcomes: [completed(1), now] });
      },
    ),
  );
});

it.each([
  [Number.POSITIVE_INFINITY, 600_000],
  [1e300, 600_000],
  [Number.NaN, undefined],
  [-5, undefined],
  [1.5, 2],
])('%s from an adapter that computes it wrongly is %s', (given, heard) => {
  expect(heeded(notSent('unavailable', given), 600_000)).toMatchObject(
    heard === undefined ? { kind: 'not-sent' } : { retryAfterMs: heard },
  );
  if (heard === undefined) expect(heeded(notSent('unavailable', given), 600_000)).not.toHaveProperty('retryAfterMs');
});

it('a wait of our own is no hint and stays', () => {
  const ours = { ...notSent('login-refused', 1_800_000), ours: true } as const;
  expect(heeded(ours, 600_000)).toEqual(ours);
});
