import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

test('stands alone: prints where it is, takes settings, goes when asked', async () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const settings = JSON.stringify({ codes: 'string' });
  const child = spawn(process.execPath, [main, '--port', '0', '--username', 'u', '--settings', settings]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, controlUrl } = JSON.parse(line.toString()) as { url: string; controlUrl: string };
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/VXPAdapter\/RestService\/forward$/);
  const state = await (await fetch(`${controlUrl}/state`)).json();
  expect(state).toMatchObject({ settings: { username: 'u', codes: 'string' } });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
