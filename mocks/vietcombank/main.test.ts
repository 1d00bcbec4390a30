import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const args = ['--merchant', 'M', '--credit-url', 'https://example.vn/c', '--settings', '{"perPage":7}'];
  const gateway = await spawned(new URL('main.ts', import.meta.url), args);
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const state = await (await fetch(`${gateway.controlUrl}/state`)).json();
  expect(state).toMatchObject({
    settings: { merchant: 'M', creditUrl: 'https://example.vn/c', perPage: 7, publicUrl: gateway.url },
  });
  expect(await gateway.end()).toBe(0);
});
