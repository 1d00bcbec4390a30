import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const args = ['--partner', 'P', '--notify-url', 'https://example.vn/notify', '--settings', '{"wrapped":true}'];
  const platform = await spawned(new URL('main.ts', import.meta.url), args);
  expect(platform.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/payment-platform$/);
  const state = await (await fetch(`${platform.controlUrl}/state`)).json();
  expect(state).toMatchObject({
    settings: { partner: 'P', notifyUrl: 'https://example.vn/notify', wrapped: true, publicUrl: platform.url },
  });
  expect(await platform.end()).toBe(0);
});
