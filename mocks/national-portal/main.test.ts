import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const settings = JSON.stringify({ codes: 'string' });
  const portal = await spawned(new URL('main.ts', import.meta.url), ['--username', 'u', '--settings', settings]);
  expect(portal.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/VXPAdapter\/RestService\/forward$/);
  const state = await (await fetch(`${portal.controlUrl}/state`)).json();
  expect(state).toMatchObject({ settings: { username: 'u', codes: 'string' } });
  expect(await portal.end()).toBe(0);
});
