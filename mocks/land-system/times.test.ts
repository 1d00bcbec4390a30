import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { written } from './times.ts';

it.each([
  ['vbdlis', null, '2025-06-02T01:00:00'],
  ['ilis', null, '2025-06-02T08:00:00'],
  ['vbdlis', 420, '2025-06-02T08:00:00'],
  ['ilis', 0, '2025-06-02T01:00:00'],
] as const)('%s with the zone %j writes %s', (kind, zoneMinutes, expected) => {
  expect(written(Date.UTC(2025, 5, 2, 1), { ...DEFAULT_SETTINGS, kind, zoneMinutes })).toBe(expected);
});
