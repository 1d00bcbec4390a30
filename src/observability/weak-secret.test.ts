import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isWeak } from './weak-secret.ts';

describe('a secret that is easy to guess (I7)', () => {
  it.each([
    '12345678',
    '123456789012345678901234567890',
    '098765432109876543210987654321',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'abcdefghijklmnopqrstuvwxyz',
    'zyxwvutsrqponmlkjihgfedcba0123456789',
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    'qwertyuiopasdfghjklzxcvbnm',
    'QwertyuiopAsdfghjklZxcvbnm1234567890',
    'abc123abc123abc123abc123abc123',
    'k7Rw2xPq9Zk7Rw2xPq9Zk7Rw2xPq9Z',
    'Administrator-password-2022',
    'lienthong-admin-secret-2026',
    'change-me-change-me-change-me-0123456789',
    'QuanTri-MatKhau-2026-QuanTri-MatKhau',
    '202620262026202620262026aA',
    '',
  ])('%j is', (secret) => {
    expect(isWeak(secret)).toBe(true);
  });

  it('what chance made never is, whatever it is written in', () => {
    for (let n = 0; n < 2_000; n++)
      for (const secret of [
        randomBytes(18).toString('base64url'),
        randomBytes(32).toString('base64'),
        randomBytes(32).toString('hex'),
        `ltk_live_${randomBytes(32).toString('base64url')}`,
      ])
        expect(isWeak(secret), secret).toBe(false);
  });

  it.each(['correct-horse-battery-staple-lamp', 'a-key-for-tests-only-9f3kq27xw'])('%j is not', (secret) => {
    expect(isWeak(secret)).toBe(false);
  });
});
