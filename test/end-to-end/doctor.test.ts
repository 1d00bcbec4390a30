import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { selfSigned } from '../../mocks/vietcombank-ecom/certificate.ts';
import { makeDay } from '../../mocks/year/day.ts';
import type { Finding } from '../../src/runtime/node/cli/doctor/finding.ts';
import { lockFile } from '../../src/runtime/node/file-lock.ts';
import { command, startCommand } from '../kit/command-line.ts';
import { freshKeys, startGateway } from '../kit/gateway-process.ts';

/** A store that a gateway has served and left: each test breaks a copy of it in one way. */
const folder = mkdtempSync(join(tmpdir(), 'lienthong-doctor-'));
const keys = freshKeys();
const original = join(folder, 'original.db');
const NOBODY = 'http://127.0.0.1:9';
let portal: RunningPortal;
let copies = 0;

beforeAll(async () => {
  portal = await startPortal({ settings: { password: keys.portalPassword } });
  const options = { databaseFile: original, keys };
  let gateway = await startGateway(options);
  for (const { code, body } of [...makeDay({ date: '2022-12-01', dossiers: 20, seed: 3 }).latest()])
    await gateway.json('PUT', `/v1/dossiers/${encodeURIComponent(code)}`, body);
  await gateway.stop();
  gateway = await startGateway(options);
  await gateway.stop();
  const verified = await command(['journal', 'verify'], {
    DATABASE_URL: `sqlite:${original}`,
    MASTER_KEY: keys.masterKey,
  });
  expect(verified.status).toBe(0);
});
afterAll(async () => {
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

function copyOfStore(): string {
  const file = join(folder, `copy-${++copies}.db`);
  copyFileSync(original, file);
  for (const ending of ['keyring', 'keyring.anchors', 'keyring.verified'])
    copyFileSync(original.replace(/db$/, ending), file.replace(/db$/, ending));
  return file;
}
const environment = (file: string) => ({
  DATABASE_URL: `sqlite:${file}`,
  MASTER_KEY: keys.masterKey,
  ADMIN_KEY: keys.adminKey,
  PUBLIC_URL: NOBODY,
  NATIONAL_PORTAL_URL: portal.url,
  NATIONAL_PORTAL_USERNAME: 'portal-user',
  NATIONAL_PORTAL_PASSWORD: keys.portalPassword,
  NATIONAL_PORTAL_UNIT: '000.00.00.H02',
  NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
});
/** What the doctor says, by check; and that its exit status fits. */
async function examine(env: Readonly<Record<string, string>>): Promise<Record<string, Finding>> {
  const { status, out, errors } = await command(['doctor', '--json'], env);
  expect(errors).toBe('');
  const findings = JSON.parse(out) as Finding[];
  const bad = findings.filter(({ verdict }) => verdict === 'bad');
  expect(status).toBe(bad.length === 0 ? 0 : 1);
  for (const { mend } of bad) expect(mend).toMatch(/\(.+\)|\.env/);
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
}
/** The one thing that is wrong. */
async function onlyFault(env: Readonly<Record<string, string>>): Promise<Finding> {
  const wrong = Object.values(await examine(env)).filter(({ verdict }) => verdict === 'bad');
  expect(wrong).toHaveLength(1);
  return wrong[0] as Finding;
}

test('a sound gateway passes, login included, and the doctor changes nothing', async () => {
  const file = copyOfStore();
  const before = [file, file.replace(/db$/, 'keyring')].map((each) => readFileSync(each).toString('base64'));
  const logins = portal.state.sessions.live;
  const found = await examine(environment(file));
  for (const check of [
    'configuration',
    'data-folder',
    'disk',
    'store',
    'lock',
    'key-ring',
    'sealed-content',
    'journal',
    'journal-verified',
    'exchanges',
    'lanes',
    'webhooks',
    'counts',
    'clock',
    'national-portal',
  ])
    expect(found[check], check).toMatchObject({ verdict: 'ok' });
  expect(found.server).toMatchObject({ verdict: 'none' });
  expect(portal.state.sessions.live).toBe(logins + 1);
  expect([file, file.replace(/db$/, 'keyring')].map((each) => readFileSync(each).toString('base64'))).toEqual(before);
});

test('a fresh machine is no fault: what is still to be made is said', async () => {
  const { status, out } = await command(['doctor'], {
    DATABASE_URL: `sqlite:${join(folder, 'fresh', 'lienthong.db')}`,
    MASTER_KEY: keys.masterKey,
    PUBLIC_URL: NOBODY,
  });
  expect(out).toContain('Không thấy gì phải sửa');
  expect(out).toMatch(/– national-portal +chưa cấu hình: đặt NATIONAL_PORTAL_URL/);
  expect(status).toBe(0);
});

test('beside a running server it finds that server ready and holding the store', async () => {
  const file = copyOfStore();
  const gateway = await startGateway({ databaseFile: file, keys });
  try {
    const found = await examine({ ...environment(file), PUBLIC_URL: gateway.url });
    expect(found.server).toMatchObject({ verdict: 'ok' });
    expect(found.lock).toMatchObject({ verdict: 'ok', found: expect.stringContaining('máy chủ đang giữ') });
  } finally {
    await gateway.stop();
  }
});

test('every wrong variable is a finding of its own', async () => {
  const { status, out } = await command(['doctor'], { PORT: 'x', MASTER_KEY: 'y', NATIONAL_PORTAL_URL: portal.url });
  for (const name of ['PORT', 'MASTER_KEY', 'NATIONAL_PORTAL_USERNAME'])
    expect(out).toMatch(new RegExp(`✗ cấu hình \\(configuration\\) +${name}: `));
  expect(status).toBe(1);
});

test('no MASTER_KEY', async () => {
  const { MASTER_KEY: _gone, ...env } = environment(copyOfStore());
  expect(await onlyFault(env)).toMatchObject({ check: 'key-ring', found: expect.stringContaining('MASTER_KEY') });
});

test('another MASTER_KEY', async () => {
  const env = { ...environment(copyOfStore()), MASTER_KEY: freshKeys().masterKey };
  expect(await onlyFault(env)).toMatchObject({
    check: 'key-ring',
    found: expect.stringContaining('MASTER_KEY is not'),
  });
});

test('a key ring that is gone while the store holds dossiers', async () => {
  const file = copyOfStore();
  rmSync(file.replace(/db$/, 'keyring'));
  expect(await onlyFault(environment(file))).toMatchObject({
    check: 'key-ring',
    found: expect.stringContaining('no key ring'),
  });
});

test('the newest dossier cannot be read any more', async () => {
  const file = copyOfStore();
  change(file, "update dossier_body set body = substr(body, 1, 40) || 'AAAA' || substr(body, 45)");
  expect(await onlyFault(environment(file))).toMatchObject({ check: 'sealed-content' });
});

test('a file that is no store', async () => {
  const file = join(folder, 'other-program.db');
  change(file, 'create table note (text text)');
  expect(await onlyFault(environment(file))).toMatchObject({
    check: 'store',
    found: expect.stringContaining('no store of'),
  });
});

test('a damaged store', async () => {
  const file = copyOfStore();
  const bytes = readFileSync(file);
  bytes.fill(0xff, bytes.length - 3 * 4096);
  writeFileSync(file, bytes);
  const found = await examine(environment(file));
  expect(found.store).toMatchObject({ verdict: 'bad', mend: expect.stringContaining('restore') });
});

test('a store of a newer program', async () => {
  const file = copyOfStore();
  change(file, "insert into migration (number, name, oldest_program, applied_at) values (999, 'later', '9.0.0', 0)");
  expect(await onlyFault(environment(file))).toMatchObject({ check: 'store', found: expect.stringContaining('999') });
});

test('a store that somebody holds who does not answer', async () => {
  const file = copyOfStore();
  const lock = lockFile(file);
  try {
    expect(await onlyFault(environment(file))).toMatchObject({ check: 'lock' });
  } finally {
    lock.release();
  }
});

test('I8: a journal whose tail is gone', async () => {
  const file = copyOfStore();
  const anchors = file.replace(/db$/, 'keyring.anchors');
  const [last = ''] =
    readFileSync(anchors, 'utf8')
      .match(/^head .+$/gm)
      ?.slice(-1) ?? [];
  appendFileSync(anchors, `${last.replace(/^head \d+ \d+/, 'head 99 9999')}\n`);
  expect(await onlyFault(environment(file))).toMatchObject({ check: 'journal', found: expect.stringContaining('99') });
});

test('a number that is kept and not what counting tells', async () => {
  const file = copyOfStore();
  change(file, `update exchange_count set n = n + 1; update exchange_move set n = n + 1`);
  expect(await onlyFault(environment(file))).toMatchObject({
    check: 'counts',
    found: expect.stringContaining('national-portal'),
  });
});

test('a clock that is behind the store', async () => {
  const file = copyOfStore();
  change(
    file,
    `update journal set at = ${Date.now() + 3_600_000} where position > (select coalesce(max(last), 0) from seal)`,
  );
  change(file, `update seal set signed_at = ${Date.now() + 3_600_000}`);
  expect(await onlyFault(environment(file))).toMatchObject({
    check: 'clock',
    found: expect.stringContaining('behind'),
  });
});

test('a clock that differs from the portal’s', async () => {
  const dated = createServer((_request, response) =>
    response.writeHead(404, { date: new Date(Date.now() - 600_000).toUTCString() }).end(),
  );
  await new Promise<void>((resolve) => dated.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(dated.address() as AddressInfo).port}/forward`;
    const found = await examine({ ...environment(copyOfStore()), NATIONAL_PORTAL_URL: url });
    expect(found.clock).toMatchObject({ verdict: 'bad', found: expect.stringContaining('national-portal') });
  } finally {
    dated.close();
  }
});

test('a portal whose name does not resolve', async () => {
  const env = { ...environment(copyOfStore()), NATIONAL_PORTAL_URL: 'http://portal.invalid/forward' };
  expect(await onlyFault(env)).toMatchObject({
    check: 'national-portal',
    found: expect.stringContaining('portal.invalid'),
  });
});

test('a portal that takes no connection', async () => {
  const env = { ...environment(copyOfStore()), NATIONAL_PORTAL_URL: 'http://127.0.0.1:9/forward' };
  expect(await onlyFault(env)).toMatchObject({
    check: 'national-portal',
    found: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a wrong password is tried once, so that no account is locked, and not at all once the credential is paused', async () => {
  const file = copyOfStore();
  portal.state.configure({ lockAfter: 2 });
  const env = { ...environment(file), NATIONAL_PORTAL_PASSWORD: 'wrong-password' };
  expect(await onlyFault(env)).toMatchObject({
    check: 'national-portal',
    found: expect.stringContaining('login was refused'),
  });
  expect((await examine(environment(file)))['national-portal']).toMatchObject({ verdict: 'ok' });

  change(
    file,
    `insert into lane (name, system, class, rate, policy_rate, burst, tokens, refilled_at, max_open, paused_by, paused_reason)
     values ('national-portal/command', 'national-portal', 'command', 1, 1, 1, 1, 0, 1, 'gateway', 'credential-refused')
     on conflict (name) do update set paused_by = excluded.paused_by, paused_reason = excluded.paused_reason`,
  );
  const sessions = portal.state.sessions.live;
  const found = await examine(environment(file));
  expect(found['national-portal']).toMatchObject({
    verdict: 'bad',
    found: expect.stringContaining('credential-refused'),
  });
  expect(portal.state.sessions.live).toBe(sessions);
});

test('somebody else at the server’s address', async () => {
  const found = await examine({ ...environment(copyOfStore()), PUBLIC_URL: new URL(portal.url).origin });
  expect(found.server).toMatchObject({ verdict: 'bad', found: expect.stringContaining('something else') });
});

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

test.each([
  ['expired', { from: Date.UTC(2020, 0, 2), until: Date.UTC(2021, 2, 4) }, 'Mar  4', '2021'],
  ['of an issuer that nobody knows', { from: Date.UTC(2020, 0, 2), until: Date.UTC(2048, 4, 6) }, 'May  6', '2048'],
])('a certificate that is %s is named with its subject and dates', async (_name, time, day, year) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const cert = selfSigned(publicKey, privateKey, { commonName: 'dichvucong.mau.vn', ...time });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createTlsServer({ key, cert }, (_request, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { check, found, mend } = await onlyFault({ ...environment(copyOfStore()), NATIONAL_PORTAL_URL: url });
    expect(check).toBe('national-portal');
    expect(found).toMatch(/^tls: .*dichvucong\.mau\.vn/);
    expect(found).toMatch(/valid from\) Jan {2}2 .* 2020 GMT/);
    expect(found).toContain(day);
    expect(found).toContain(year);
    expect(mend).toContain('expired');
    expect(mend).not.toContain('dstcode');
  } finally {
    server.close();
  }
});

test('a port that speaks no TLS shows no certificate, and the doctor says so', async () => {
  const url = portal.url.replace('http:', 'https:');
  const { found } = await onlyFault({ ...environment(copyOfStore()), NATIONAL_PORTAL_URL: url });
  expect(found).toMatch(/^tls: .*no certificate was shown/);
});

describe('beside what waits for a person it does not say that all is well', () => {
  const lane = (rest: string) =>
    `insert into lane (name, system, class, rate, policy_rate, burst, tokens, refilled_at, max_open, ${rest.split('=')[0]})
     values ('vietcombank/command', 'vietcombank', 'command', 1, 1, 1, 1, 0, 1, ${rest.split('=')[1]})`;
  const counted = (state: string, cause: string) =>
    `update exchange_count set n = n - 1 where standing = 'pending';
     update exchange set state = '${state}', cause = '${cause}', due_at = null, settled_at = accepted_at where id = (select id from exchange where operation = 'sync-dossier' order by id limit 1);
     delete from exchange_move; delete from exchange_count;
     insert into exchange_count (system, operation, standing, cause, n, at) select system, operation, state, coalesce(cause, ''), count(*), 0 from exchange group by 1, 2, 3, 4`;

  test.each([
    ['a rejected dossier', 'exchanges', counted('rejected', 'rejected'), 'rejected'],
    ['an exchange that was given up', 'exchanges', counted('dead', 'timeout'), 'timeout'],
    [
      'a stream that waits for a person',
      'exchanges',
      "update stream set parked_reason = 'x', waits_for = 'person', due_at = null where id = (select id from stream limit 1)",
      'wait for a person',
    ],
    [
      'a credential that is paused, of a system that is not asked',
      'lanes',
      lane("paused_by, paused_reason='gateway', 'credential-refused'"),
      'credential-refused',
    ],
    ['a system that is left alone', 'lanes', lane("breaker, breaker_cause='open', 'timeout'"), 'timeout'],
    [
      'a webhook that fails',
      'webhooks',
      `insert into subscription (id, url, types, subject, created_by, position, created_at, secrets, written_by)
         select 'sub_1', 'https://receiver.vn/', '[]', (select id from subject limit 1), 'a', 0, 0, 'x', 'x';
       create temp table copied as select * from exchange limit 1;
       update copied set id = 'x_1', system = 'subscriber', stream = 'subscriber:sub_1', operation = 'deliver-event', state = 'dead', cause = 'timeout', due_at = null;
       insert into exchange select * from copied`,
      'sub_1',
    ],
  ])('%s', async (_name, check, sql, text) => {
    const file = copyOfStore();
    change(file, sql);
    const { status, out } = await command(['doctor', '--no-login'], environment(file));
    expect(out).not.toContain('nothing to mend');
    expect(status).toBe(1);
    const wrong = Object.values(await examine(environment(file))).filter(({ verdict }) => verdict === 'bad');
    expect(wrong).toContainEqual(expect.objectContaining({ check, found: expect.stringContaining(text) }));
  });

  test('a journal that was never verified, or not for more than a week', async () => {
    const file = copyOfStore();
    const note = file.replace(/db$/, 'keyring.verified');
    const known = JSON.parse(readFileSync(note, 'utf8')) as { at: number };
    const days = 86_400_000;
    for (const [at, found] of [
      [known.at - 6 * days, undefined],
      [known.at - 8 * days, '8 ngày'],
    ] as const) {
      writeFileSync(note, JSON.stringify({ ...known, at }));
      const { 'journal-verified': said } = await examine(environment(file));
      if (found === undefined) expect(said).toMatchObject({ verdict: 'ok' });
      else expect(said).toMatchObject({ verdict: 'bad', found: expect.stringContaining(found) });
    }
    rmSync(note);
    expect(await onlyFault(environment(file))).toMatchObject({
      check: 'journal-verified',
      found: expect.stringContaining('never verified'),
    });
  });

  test('a store that is not the one that the note beside the key ring tells of', async () => {
    const file = copyOfStore();
    const note = file.replace(/db$/, 'keyring.store');
    copyFileSync(original.replace(/db$/, 'keyring.store'), note);
    expect((await examine(environment(file)))['store-files']).toMatchObject({ verdict: 'ok' });
    change(file, "update meta set value = 'store_older' where key = 'store.token'");
    expect(await onlyFault(environment(file))).toMatchObject({
      check: 'store-files',
      found: expect.stringContaining('older copy'),
    });
    rmSync(file);
    expect((await examine(environment(file)))['store-files']).toMatchObject({
      verdict: 'bad',
      found: expect.stringContaining('missing'),
    });
  });
});

test('without the server’s environment it says which store it would look at, makes nothing, and does not pass', async () => {
  const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
  const { status, out, errors } = await startCommand(['doctor'], {}, undefined, elsewhere).ended;
  expect(errors).toBe('');
  expect(out).toContain(join(elsewhere, 'data', 'lienthong.db'));
  expect(out).toContain('server’s environment');
  expect(out).not.toContain('nothing to mend');
  expect(status).not.toBe(0);
  expect(readdirSync(elsewhere)).toEqual([]);
});
