import { expect, test } from 'vitest';
import { spawned } from '../kit/spawned.ts';

test('stands alone: prints where it is, takes settings, hands out keys made at its start, goes when asked', async () => {
  const gateway = await spawned(new URL('main.ts', import.meta.url), ['--settings', '{"answerAfterMs":50}']);
  expect(gateway.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/land-tax$/);
  const state = await (await fetch(`${gateway.controlUrl}/state`)).json();
  expect(state).toMatchObject({ settings: { answerAfterMs: 50 }, totals: { slips: 0, questions: 0 } });
  expect(JSON.stringify(state)).not.toContain('PRIVATE KEY');
  const keys = await (await fetch(`${gateway.controlUrl}/keys`)).json();
  expect(keys).toMatchObject({ SIGNING_KEY: expect.stringContaining('BEGIN PRIVATE KEY') });
  expect(await gateway.end()).toBe(0);
});
