import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportAnswer } from '../../contracts/v1/dossier.ts';
import { makeDay } from '../../mocks/year/day.ts';
import { command, type RunningCommand, startCommand } from '../kit/command-line.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

const DOSSIERS = 12_000;
const folder = mkdtempSync(join(tmpdir(), 'lienthong-import-'));
const keys = freshKeys();
const options = { databaseFile: join(folder, 'lienthong.db'), keys };
const lines = [...makeDay({ date: '2022-12-01', dossiers: DOSSIERS, seed: 7 }).latest()].map(({ body }) =>
  JSON.stringify(body),
);
let gateway: GatewayProcess;
const env = () => ({ LIENTHONG_KEY: keys.adminKey, PUBLIC_URL: gateway.url });

beforeAll(async () => {
  gateway = await startGateway(options);
});
afterAll(async () => {
  await gateway?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function written(name: string, texts: readonly string[]): string {
  const file = join(folder, name);
  writeFileSync(file, texts.map((text) => `${text}\n`).join(''));
  return file;
}
const cursorOf = (file: string): { line: number } => JSON.parse(readFileSync(`${file}.cursor`, 'utf8'));
/** Settles when the first lines were answered; fails when the import ended before. */
const begun = (file: string, running: RunningCommand): Promise<unknown> =>
  Promise.race([
    until('the first cursor', () => (existsSync(`${file}.cursor`) ? true : undefined), { everyMs: 1 }),
    running.ended.then(({ errors, out }) => expect.fail(`the import has ended already: ${errors}${out}`)),
  ]);
const answered = (out: string): number => Number(/lines answered\): ([\d.]+)/.exec(out)?.[1]?.replaceAll('.', ''));
async function heldCount(): Promise<number> {
  let count = 0;
  let cursor: string | null = '';
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await gateway.json<{ items: unknown[]; nextCursor: string | null }>(
      'GET',
      `/v1/dossiers?limit=500${more}`,
    );
    count += body.items.length;
    cursor = body.nextCursor;
  }
  return count;
}

test('I1: an import that is killed goes on where it stopped, and every line is held once', async () => {
  const file = written('day.ndjson', lines);
  const first = startCommand(['import', file, '--mode', 'already-national'], env());
  await begun(file, first);
  first.child.kill('SIGKILL');
  await first.ended;
  const { line } = cursorOf(file);
  expect(line).toBeGreaterThan(0);
  expect(line).toBeLessThan(DOSSIERS);

  const second = await command(['import', file, '--mode', 'already-national'], env());
  expect(second.errors).toContain('100 %');
  expect(second.status).toBe(0);
  expect(answered(second.out)).toBe(DOSSIERS - line);
  expect(await heldCount()).toBe(DOSSIERS);

  const third = await command(['import', file, '--mode', 'already-national'], env());
  expect(answered(third.out)).toBe(0);
  expect(third.status).toBe(0);
});

test('I1: a gateway that dies in the middle costs nothing: the same command goes on', async () => {
  const file = written(
    'again.ndjson',
    lines.map((text) => text.replace('"code":"', '"code":"N-')),
  );
  const first = startCommand(['import', file], env());
  await begun(file, first);
  await gateway.stop('SIGKILL');
  const { status, out } = await first.ended;
  expect(out).toContain('CHƯA XONG (not finished)');
  expect(status).toBe(1);
  expect(cursorOf(file).line).toBeLessThan(DOSSIERS);

  gateway = await startGateway(options);
  const second = await command(['import', file], env());
  expect(second.status).toBe(0);
  expect(await heldCount()).toBe(2 * DOSSIERS);
});

test('an interrupted import says how to go on', async () => {
  const file = written(
    'interrupted.ndjson',
    lines.map((text) => text.replace('"code":"', '"code":"I-')),
  );
  const running = startCommand(['import', file], env());
  await begun(file, running);
  running.child.kill('SIGINT');
  const { status, out } = await running.ended;
  expect(out).toMatch(/CHƯA XONG.*run the same command again/);
  expect(status).toBe(1);
  expect(answered(out)).toBe(cursorOf(file).line);
});

test('refused lines stand in a file with their line and reason, and no person in them', async () => {
  const good = (lines[0] ?? '').replace('"code":"', '"code":"R-');
  const nameless = JSON.parse(good) as { code: string; applicant: { name?: string } };
  nameless.code = 'R-2';
  delete nameless.applicant.name;
  const file = written('refused.ndjson', [good, JSON.stringify(nameless), 'no json', good]);
  const { status, out } = await command(['import', file], env());
  expect(status).toBe(1);
  expect(out).toContain(`${file}.refused.ndjson`);
  expect(out).toMatch(/nhận \(accepted\) 1 · không đổi \(unchanged\) 1 · bị từ chối \(refused\) 2/);
  const text = readFileSync(`${file}.refused.ndjson`, 'utf8');
  const refused = text
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as ImportAnswer);
  expect(refused).toMatchObject([
    { line: 2, code: 'R-2', outcome: 'invalid', errors: [{ pointer: '/applicant/name' }] },
    { line: 3, code: null, outcome: 'invalid' },
  ]);
  expect(text).not.toContain((JSON.parse(good) as { applicant: { name: string } }).applicant.name);

  // Run again, nothing is answered twice; from the start, the file is made anew.
  await command(['import', file], env());
  expect(readFileSync(`${file}.refused.ndjson`, 'utf8')).toBe(text);
  const anew = await command(['import', file, '--restart'], env());
  expect(anew.out).toMatch(/\(unchanged\) 2 · bị từ chối \(refused\) 2/);
  expect(readFileSync(`${file}.refused.ndjson`, 'utf8')).toBe(text);
});

test('a cursor is not taken for another file, another mode, or a text that is none', async () => {
  const small = lines.slice(0, 3).map((text) => text.replace('"code":"', '"code":"C-'));
  const file = written('mine.ndjson', small);
  expect((await command(['import', file], env())).status).toBe(0);

  const mode = await command(['import', file, '--mode', 'already-national'], env());
  expect(mode.errors).toContain('--restart');
  expect(mode.status).toBe(1);

  appendFileSync(file, `${(lines[3] ?? '').replace('"code":"', '"code":"C-')}\n`);
  const longer = await command(['import', file], env());
  expect(answered(longer.out)).toBe(1);

  written('mine.ndjson', small.toReversed());
  const other = await command(['import', file], env());
  expect(other.errors).toContain('not the file that was begun');
  expect(other.status).toBe(1);

  writeFileSync(`${file}.cursor`, 'seven');
  const damaged = await command(['import', file], env());
  expect(damaged.errors).toContain('--restart');
  expect(damaged.status).toBe(1);
});
