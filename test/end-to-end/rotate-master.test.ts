import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { smallDossier } from '../kit/body.ts';
import { command } from '../kit/command-line.ts';
import { freshKeys, type GatewayProcess, startGateway } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-master-'));
const databaseFile = join(folder, 'lienthong.db');
const keys = freshKeys();
const CODE = 'H02.15.03-221201-0001';
let gateway: GatewayProcess | undefined;

afterEach(async () => {
  await gateway?.stop('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('I1 I8: MASTER_KEY is changed while no server runs; what was kept is read, found and proved afterwards', async () => {
  const database = { DATABASE_URL: `sqlite:${databaseFile}` };
  const old = { ...database, MASTER_KEY: keys.masterKey };
  const newKey = randomBytes(32).toString('base64');
  const newKeyFile = join(folder, 'new.key');
  writeFileSync(newKeyFile, `${newKey}\n`);
  const rotate = (env = old) => command(['keys', 'rotate-master', '--new-key-file', newKeyFile], env);

  gateway = await startGateway({ databaseFile, keys });
  expect((await gateway.json('PUT', `/v1/dossiers/${CODE}`, smallDossier(CODE, 1))).status).toBe(202);
  const ringFile = databaseFile.replace(/db$/, 'keyring');
  const ring = readFileSync(ringFile, 'utf8');
  expect((await rotate()).status).not.toBe(0);
  expect(readFileSync(ringFile, 'utf8')).toBe(ring);
  await gateway.stop();
  // Each start seals what stands: here under the key that is given up.
  gateway = await startGateway({ databaseFile, keys });
  await gateway.stop();

  const changed = await rotate();
  expect(changed).toMatchObject({ status: 0 });
  expect(changed.out + changed.errors).not.toContain(newKey);
  const again = await rotate();
  expect(again.status).toBe(0);
  expect(again.errors).toContain('already');
  await expect(startGateway({ databaseFile, keys })).rejects.toThrow('MASTER_KEY is not the one');

  gateway = await startGateway({ databaseFile, keys: { ...keys, masterKey: newKey } });
  // The same content is known for the same, and a person is found: both by digests that are keyed.
  expect((await gateway.json('PUT', `/v1/dossiers/${CODE}`, smallDossier(CODE, 1))).status).toBe(200);
  const post = (path: string, body: object) =>
    (gateway as GatewayProcess).fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': path },
      body: JSON.stringify(body),
    });
  const found = (await (await post('/v1/admin/subjects/find', { identity: '024000000000' })).json()) as {
    items: { id: string; ref: string }[];
  };
  expect(found.items.map(({ ref }) => ref)).toEqual([CODE]);
  const whole = await post(`/v1/admin/subjects/${found.items[0]?.id}/export`, { reason: 'kiểm tra sau khi đổi khóa' });
  expect(await whole.text()).toContain('Nguyễn Văn Mẫu');
  expect((await gateway.json('PUT', `/v1/dossiers/${CODE}`, smallDossier(CODE, 2))).status).toBe(202);
  await gateway.stop();

  const present = { ...database, MASTER_KEY: newKey };
  const verified = await command(['journal', 'verify', '--json'], present);
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true });
  const exported = join(folder, 'journal.ndjson');
  expect((await command(['journal', 'export', exported], present)).status).toBe(0);
  const publicKeys = (await command(['journal', 'public-key'], present)).out.trim().split('\n');
  expect(publicKeys).toHaveLength(2);
  const given = publicKeys.flatMap((key) => ['--public-key', key]);
  expect(await command(['journal', 'verify-export', exported, ...given])).toMatchObject({ status: 0 });
  expect(await command(['journal', 'verify-export', exported, ...given.slice(0, 2)])).toMatchObject({ status: 1 });
  expect(await command(['journal', 'verify-export', exported])).toMatchObject({ status: 0 });
});
