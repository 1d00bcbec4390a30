import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { makeDay } from '../../mocks/year/day.ts';
import { command } from '../kit/command-line.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-cli-'));
const keys = freshKeys();
const databaseFile = join(folder, 'lienthong.db');
const store = { DATABASE_URL: `sqlite:${databaseFile}`, MASTER_KEY: keys.masterKey };
let portal: RunningPortal;
let gateway: GatewayProcess;

/** As an administrator beside the running gateway. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  command(args, { ...store, ADMIN_KEY: keys.adminKey, PUBLIC_URL: gateway.url, ...env });
const start = () => startGateway({ databaseFile, keys, portalUrl: portal.url });

beforeAll(async () => {
  portal = await startPortal({ settings: { password: keys.portalPassword } });
  gateway = await start();
  for (const { code, body } of [...makeDay({ date: '2022-12-01', dossiers: 30, seed: 3 }).latest()])
    await gateway.json('PUT', `/v1/dossiers/${encodeURIComponent(code)}`, body);
  await until('all are delivered', async () => {
    const { body } = await gateway.json<{ items: { backlog: { waiting: number } }[] }>('GET', '/v1/systems');
    return body.items[0]?.backlog.waiting === 0 ? true : undefined;
  });
  // Sealed at a start, and every few seconds after it.
  await gateway.stop();
  gateway = await start();
  await until('the journal is sealed', () => {
    const database = new DatabaseSync(databaseFile, { readOnly: true });
    const sealed = database.prepare('select count(*) as n from seal').get()?.n !== 0;
    database.close();
    return sealed ? true : undefined;
  });
});
afterAll(async () => {
  await gateway?.stop();
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('I7: a key is made and shown once, works for its role alone, is listed without itself, and is revoked for good', async () => {
  const made = await run(['keys', 'create', '--name', 'kiem-toan', '--kind', 'person', '--role', 'auditor']);
  expect(made.status).toBe(0);
  const key = made.out.trim();
  expect(key).toMatch(/^\S{30,}$/);
  const id = /key_\w+/.exec(made.errors)?.[0] ?? '';

  const asAuditor = (args: readonly string[]) => run(args, { LIENTHONG_KEY: key });
  expect((await asAuditor(['systems', 'list'])).status).toBe(0);
  const forbidden = await asAuditor(['keys', 'list']);
  expect(forbidden.errors).toContain('403');
  expect(forbidden.status).toBe(1);

  const listed = await run(['keys', 'list']);
  expect(listed.out).toContain('kiem-toan');
  expect(listed.out).not.toContain(key);
  expect((await run(['keys', 'revoke', id])).status).toBe(0);
  expect((await run(['keys', 'list', '--json'])).out).toMatch(/"revokedAt": "20/);
  const gone = await asAuditor(['systems', 'list']);
  expect(gone.errors).toContain('401');
  expect(gone.status).toBe(1);
});

test('a key may come from a file', async () => {
  const file = join(folder, 'admin.key');
  writeFileSync(file, `${keys.adminKey}\n`);
  const { status } = await command(['keys', 'list', '--url', gateway.url], { ADMIN_KEY_FILE: file });
  expect(status).toBe(0);
});

test('a system is shown, paused with a reason, resumed and probed', async () => {
  const before = await run(['systems', 'list']);
  expect(before.out).toMatch(/national-portal +thông \(open\)/);
  expect((await run(['systems', 'pause', 'national-portal'])).status).toBe(2);
  expect((await run(['systems', 'pause', 'national-portal', '--reason', 'bảo trì đường truyền'])).status).toBe(0);
  expect((await run(['systems', 'list'])).out).toContain('TẠM DỪNG (paused): bảo trì đường truyền');
  expect((await run(['systems', 'resume', 'national-portal', '--reason', 'đã xong'])).status).toBe(0);
  expect((await run(['systems', 'list'])).out).toMatch(/national-portal +thông/);

  const probed = await run(['systems', 'probe', 'national-portal']);
  expect(probed.out).toContain('✓');
  expect(probed.status).toBe(0);
  const nowhere = await run(['systems', 'probe', 'nowhere']);
  expect(nowhere.errors).toContain('404');
  expect(nowhere.status).toBe(1);
});

test('a replay is counted first, then stored, shown and listed', async () => {
  const filter = ['--system', 'national-portal', '--state', 'dead', '--state', 'rejected', '--reason', 'thử lại'];
  const counted = await run(['replay', ...filter, '--dry-run']);
  expect(counted.out).toMatch(/Tổng \(total\) 0/);
  expect((await run(['replay', 'list', '--json'])).out.trim()).toBe('[]');

  const stored = await run(['replay', ...filter, '--rate', '5', '--json']);
  expect(stored.status).toBe(0);
  const { id, ratePerSecond, filter: kept } = JSON.parse(stored.out);
  expect({ ratePerSecond, states: kept.states }).toEqual({ ratePerSecond: 5, states: ['dead', 'rejected'] });
  expect((await run(['replay', 'show', id])).out).toContain('thử lại');
  expect((await run(['replay', 'list'])).out).toContain(id);
  const missing = await run(['replay', 'stop', 'rpl_none']);
  expect(missing.errors).toContain('404');
  expect(missing.status).toBe(1);
});

test('units are checked, loaded and listed; a wrong file changes nothing and names its line', async () => {
  const file = join(folder, 'units.csv');
  const head = 'code,name,kind,level,province,valid_from';
  writeFileSync(file, `${head}\nH02.15.03,Phường Mẫu,ward,commune,H02,2025-07-01\n`);
  const checked = await run(['units', 'import', file, '--dry-run']);
  expect(checked.out).toMatch(/Chỉ kiểm tra.*1 dòng.*\(added\) 1/);
  expect((await run(['units', 'list', '--json'])).out.trim()).toBe('[]');
  expect((await run(['units', 'import', file])).status).toBe(0);
  expect((await run(['units', 'list', '--at', '2026-01-01'])).out).toContain('Phường Mẫu');
  expect((await run(['units', 'list', '--at', '2024-01-01'])).out).toContain('Không có gì');

  const wrong = join(folder, 'wrong.csv');
  writeFileSync(
    wrong,
    `${head}\nH02.15.04,Phường Thử,ward,commune,H02,2025-07-01\nH02.15.05,,ward,commune,H02,never\n`,
  );
  const refused = await run(['units', 'import', wrong]);
  expect(refused.errors).toContain('line 3');
  expect(refused.status).toBe(1);
  expect((await run(['units', 'list', '--json'])).out).not.toContain('H02.15.04');
});

test('procedures are loaded and listed', async () => {
  const file = join(folder, 'procedures.csv');
  writeFileSync(file, 'code,name,valid_from\n1.001193,Thủ tục đăng ký khai sinh,2020-01-01\n');
  const loaded = await run(['procedures', 'import', file]);
  expect(loaded.errors).toBe('');
  expect((await run(['procedures', 'list', '--code', '1.001193'])).out).toContain('khai sinh');
});

test('why something was done is read from the journal, by whoever may', async () => {
  await run(['systems', 'pause', 'national-portal', '--reason', 'thử đọc lại lý do']);
  await run(['systems', 'resume', 'national-portal', '--reason', 'đọc xong']);
  const shown = await run(['journal', 'show', 'system:national-portal']);
  expect(shown.out).toContain('paused: thử đọc lại lý do');
  expect(shown.out).toContain('reason: đọc xong');
  const [newest, ...others] = JSON.parse((await run(['journal', 'show', 'system:national-portal', '--json'])).out);
  expect(others.length).toBeGreaterThan(1);
  expect(newest.position).toBeGreaterThan(others[0].position);
  const one = await run(['journal', 'show', 'system:national-portal', '--limit', '1', '--json']);
  expect(JSON.parse(one.out)).toEqual([newest]);
  const system = await run(['keys', 'create', '--name', 'mot-cua', '--role', 'system']);
  const refused = await run(['journal', 'show', 'system:national-portal'], { LIENTHONG_KEY: system.out.trim() });
  expect([refused.status, refused.errors.includes('403')]).toEqual([1, true]);
});

test('I8: the journal is verified beside the running server, exported, and checked elsewhere without store or secret', async () => {
  const verified = await run(['journal', 'verify']);
  expect(verified.out).toMatch(/✓ Nhật ký nguyên vẹn.*\d niêm phong/);
  expect(verified.status).toBe(0);

  const file = join(folder, 'journal.ndjson');
  expect((await run(['journal', 'export', file])).status).toBe(0);
  expect((await run(['journal', 'export', file])).errors).toContain('nothing is overwritten');
  const publicKey = (await run(['journal', 'public-key'])).out.trim();
  const elsewhere = await command(['journal', 'verify-export', file, '--public-key', publicKey]);
  expect(elsewhere.out).toContain('✓');
  expect(elsewhere.status).toBe(0);
  const unsure = await command(['journal', 'verify-export', file]);
  expect(unsure.out).toContain('--public-key');

  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('"actor":"admin-key"', '"actor":"admin-kez"'));
  const changed = await command(['journal', 'verify-export', file, '--public-key', publicKey, '--json']);
  expect(JSON.parse(changed.out)).toMatchObject({ ok: false, problem: 'changed', position: expect.any(Number) });
  expect(changed.status).toBe(1);
  writeFileSync(file, text.split('\n').slice(0, 40).join('\n'));
  expect((await command(['journal', 'verify-export', file, '--public-key', publicKey])).status).toBe(1);
});

test.each([
  ['a changed line', "update journal set actor = 'somebody' where position = 7", /vị trí \(position\) 7/],
  ['a removed line', 'delete from journal where position = 9', /vị trí \(position\) 9/],
  [
    'an inserted line',
    "insert into journal (position, id, ref, from_state, to_state, actor, at) select 100000, 'forged', ref, null, 'delivered', actor, at from journal where ref like 'x\\_%' escape '\\' order by position limit 1",
    /forged|100000/,
  ],
  [
    'a cut-off tail',
    'delete from journal where position >= (select max(first) from seal); delete from seal where n = (select max(n) from seal)',
    /cắt bỏ \(The end/,
  ],
])('I8: the journal is not sound after %s, and the line is named', async (name, sql, says) => {
  const copy = join(folder, `${name.replaceAll(' ', '-')}.db`);
  expect((await run(['backup', '--to', copy])).status).toBe(0);
  copyFileSync(databaseFile.replace('.db', '.keyring.anchors'), copy.replace('.db', '.keyring.anchors'));
  const database = new DatabaseSync(copy);
  database.exec(sql);
  database.close();
  const { status, out } = await run(['journal', 'verify'], { DATABASE_URL: `sqlite:${copy}` });
  expect(out).toMatch(says);
  expect(status).toBe(1);
});

test('a backup is made beside the running server and put back; nothing is overwritten, the key ring is not in it', async () => {
  const to = join(folder, 'kept', 'backup.db');
  const made = await run(['backup', '--to', to]);
  expect(made.out).toContain('lienthong.keyring');
  expect(made.status).toBe(0);
  expect(existsSync(`${to}.manifest.json`)).toBe(true);
  expect((await run(['backup', '--to', to])).status).toBe(1);

  const restored = join(folder, 'restored.db');
  const back = await run(['restore', '--from', to, '--to', restored]);
  expect(back.out).toContain('confirmed with the nation before anything is sent');
  expect(back.status).toBe(0);
  expect((await run(['restore', '--from', to, '--to', restored])).status).toBe(1);
  writeFileSync(to, 'damaged');
  const damaged = await run(['restore', '--from', to, '--to', join(folder, 'other.db')]);
  expect(damaged.status).toBe(1);
  expect(existsSync(join(folder, 'other.db'))).toBe(false);
});

test('I7: the account that a person signs in with is bound with a key, once, and shown', async () => {
  const args = ['keys', 'create', '--kind', 'person', '--role', 'operator', '--json'];
  const made = await run([...args, '--name', 'van-hanh-1', '--account', 'tk-17']);
  expect(made.status).toBe(0);
  const { principal } = JSON.parse(made.out) as { principal: { id: string; account: string } };
  expect(principal.account).toMatch(/^jwt:[\w-]{22}$/);
  expect((await run(['keys', 'list'])).out).toContain(`van-hanh-1 ${principal.id} ${principal.account}`);

  const other = JSON.parse((await run([...args, '--name', 'van-hanh-2'])).out) as { principal: { id: string } };
  const further = (account: string) =>
    run(['keys', 'create', '--principal', other.principal.id, '--account', account, '--json']);
  expect((await further('tk-17')).status).toBe(1);
  expect(JSON.parse((await further('tk-18')).out)).toMatchObject({
    principal: { account: expect.stringMatching(/^jwt:[\w-]{22}$/) },
  });

  const program = await run(['keys', 'create', '--name', 'he-thong', '--role', 'system', '--account', 'tk-19']);
  expect(program.errors).toContain('--kind person');
  expect(program.status).toBe(2);
});

test('I7: a key is made offline only while no server holds the store, and opens the gateway afterwards', async () => {
  const args = ['keys', 'create', '--offline', '--name', 'du-phong', '--role', 'administrator', '--json'];
  const forPerson = (account: string) => [
    ...['keys', 'create', '--offline', '--name', 'truong-phong', '--kind', 'person', '--role', 'operator'],
    ...['--account', account, '--json'],
  ];
  const held = await run(args);
  expect(held.errors).toContain('in use');
  expect(held.status).toBe(1);

  await gateway.stop();
  const made = await run(args);
  expect(made.status).toBe(0);
  expect((await run(forPerson('tk-20'))).status).toBe(0);
  const taken = await run(forPerson('tk-20'));
  expect(taken.errors).toContain('cannot be bound');
  expect(taken.status).toBe(2);
  gateway = await start();
  const { key } = JSON.parse(made.out) as { key: string };
  expect((await run(['keys', 'list'], { LIENTHONG_KEY: key })).status).toBe(0);
});
