import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const land = await spawned(new URL('main.ts', import.meta.url), [
    '--kind',
    'ilis',
    '--settings',
    '{"zoneMinutes":420}',
  ]);
  expect(land.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/land-system$/);
  const state = await (await fetch(`${land.controlUrl}/state`)).json();
  expect(state).toMatchObject({ settings: { kind: 'ilis', zoneMinutes: 420 }, dossiers: 0 });
  const shown = JSON.stringify(state);
  for (const secret of ['mat-khau', 'bi-mat', 'ma-bao-mat']) expect(shown).not.toContain(secret);
  expect(await land.end()).toBe(0);
});
