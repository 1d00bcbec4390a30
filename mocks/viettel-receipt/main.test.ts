import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const provider = await spawned(new URL('main.ts', import.meta.url), ['--settings', '{"series":"K27TBL"}']);
  expect(provider.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/viettel-receipt$/);
  const state = await (await fetch(`${provider.controlUrl}/state`)).json();
  expect(state).toMatchObject({ settings: { series: 'K27TBL' }, totals: { receipts: 0 } });
  expect(JSON.stringify(state)).not.toContain('mat-khau');
  expect(await provider.end()).toBe(0);
});
