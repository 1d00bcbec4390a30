import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const args = ['--partner', 'P', '--notify-url', 'https://example.vn/notify', '--settings', '{"again":"same-page"}'];
  const bank = await spawned(new URL('main.ts', import.meta.url), args);
  expect(bank.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/vietcombank-ecom$/);
  const state = await (await fetch(`${bank.controlUrl}/state`)).json();
  expect(state).toMatchObject({
    settings: { partner: 'P', notifyUrl: 'https://example.vn/notify', again: 'same-page', publicUrl: bank.url },
  });
  expect(await bank.end()).toBe(0);
});
