import { mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { house } from '../../../test/kit/house.ts';
import { lint } from '../../../test/kit/promlint.ts';
import { machine } from './machine-room.ts';
import { nodeMetrics } from './metrics.ts';
import { noteUpkeep, type Upkeep, upkeepFile } from './upkeep-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-room-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const config = { keyringUrl: undefined };
const file = join(folder, 'lienthong.db');
const HOUR = 3_600_000;

async function shown(): Promise<{ readonly text: string; of(name: string): number }> {
  const port = nodeMetrics();
  await house({ metrics: port, rooms: [machine(config, file)] });
  const { text } = await port.render();
  return { text, of: (name) => Number(new RegExp(`^lienthong_${name} (\\S+)$`, 'm').exec(text)?.[1]) };
}

test('how much room is left where the store lies, as bytes and as a share', async () => {
  const { text, of } = await shown();
  const { blocks, bsize } = statfsSync(folder);
  expect(of('disk_size_bytes')).toBe(blocks * bsize);
  expect(of('disk_free_bytes')).toBeGreaterThan(0);
  expect(of('disk_free_ratio')).toBeCloseTo(of('disk_free_bytes') / of('disk_size_bytes'), 6);
  expect(lint(text)).toEqual([]);
});

test('the runbook names every series of the product, and none that there is not', async () => {
  const { text } = await shown();
  const series = [...text.matchAll(/^# TYPE (lienthong_\w+)/gm)].map(([, name]) => name as string);
  const runbook = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const named = new Set([...runbook.matchAll(/lienthong_\w+/g)].map(([name]) => name));
  named.delete('lienthong_kind');
  named.delete('lienthong_role');
  expect(series.filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !series.includes(name))).toEqual([]);
});

test.each([
  ['backup', 'backup_age_seconds'],
  ['verified', 'journal_verified_age_seconds'],
] satisfies [Upkeep, string][])(
  'how long ago: %s; while it never was, since the store was made',
  async (what, name) => {
    expect((await shown()).of(name)).toBeLessThan(60);
    noteUpkeep(upkeepFile(config, file, what), { at: Date.now() - 30 * HOUR, seal: 1 });
    const age = (await shown()).of(name);
    expect(age).toBeGreaterThanOrEqual(30 * 3_600);
    expect(age).toBeLessThan(30 * 3_600 + 60);
  },
);
