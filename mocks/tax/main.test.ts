import { expect, test } from 'vitest';
import { controlCall } from '../kit/plain-call.ts';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, shows no secret, hands out keys, goes when asked', async () => {
  const args = ['--notice-url', 'https://example.vn/notice', '--settings', '{"refersTo":"question"}'];
  const tax = await spawned(new URL('main.ts', import.meta.url), args);
  expect(tax.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/t2b\/gip\/request$/);
  const state = await controlCall<{ settings: object }>(tax.controlUrl, 'GET', 'state');
  expect(state.settings).toMatchObject({ noticeUrl: 'https://example.vn/notice', refersTo: 'question' });
  expect(JSON.stringify(state)).not.toContain('PRIVATE KEY');
  const keys = await controlCall<Record<string, string>>(tax.controlUrl, 'GET', 'keys');
  expect(keys.SIGNING_KEY).toContain('BEGIN PRIVATE KEY');
  expect(keys.TRUSTED_CERTS).toContain('BEGIN CERTIFICATE');
  expect(await controlCall(tax.controlUrl, 'PUT', 'land/H02.1', { rows: [{ SO_CON_PHAI_NOP: '1' }] })).toMatchObject({
    rows: [{ MA_HS: 'H02.1', SO_CON_PHAI_NOP: '1' }],
  });
  expect(await tax.end()).toBe(0);
});
