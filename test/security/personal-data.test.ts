import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { makeDay } from '../../mocks/year/day.ts';
import { backedUp, keysOf } from '../kit/backup.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';
import { full, personalIn, type Stranger, stranger, strangerNeedles } from './people.ts';
import { findLeaks, type Needle, type Place } from './scan.ts';

/**
 * I6: one slice of a day goes through a real gateway that logs everything, with all that may go wrong on the way. Then
 * whatever it said, showed or wrote to disk is searched for every person and every secret that went in.
 */
const DOSSIERS = 300;
const STRANGERS = {
  fields: 1,
  brokenJson: 2,
  path: 3,
  query: 4,
  import: 5,
  rejection: 6,
  drift: 7,
  malformed: 8,
  serverError: 9,
  login: 10,
  pushed: 11,
  strangeCallback: 12,
  brokenCallback: 13,
  withdrawal: 14,
  oversized: 15,
  wrongType: 16,
} as const;

const folder = mkdtempSync(join(tmpdir(), 'lienthong-scan-'));
const databaseFile = join(folder, 'lienthong.db');
const keys = freshKeys();
const sessions: string[] = [];
const answers: Buffer[] = [];
const shownOnce: Needle[] = [];
let portal: RunningPortal;
let gateway: GatewayProcess;
let everythingRan = false;

const who = (where: keyof typeof STRANGERS): Stranger => stranger(STRANGERS[where]);
const words = ({ name, number, phone, email }: Stranger): string => `${name} (${number}, ${phone}, ${email})`;

interface Asked {
  readonly status: number;
  readonly body: string;
}
/** Every answer is kept for the scan, but for those that are asked for a person on purpose. */
async function ask(path: string, init: RequestInit = {}, excused = false): Promise<Asked> {
  const answer = await gateway.fetch(path, init);
  const body = Buffer.from(await answer.arrayBuffer());
  // The last digits of a sum of seconds (0.19900000000000007) are a rounding, and may look like an invented number.
  const shown = path === '/metrics' ? Buffer.from(body.toString('utf8').replaceAll(/(\.\d{6})\d+/g, '$1')) : body;
  if (!excused) answers.push(Buffer.from(JSON.stringify([...answer.headers])), shown);
  return { status: answer.status, body: body.toString('utf8') };
}
const send = (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Asked> =>
  ask(path, {
    method,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const put = (body: DossierSnapshot): Promise<Asked> =>
  send('PUT', `/v1/dossiers/${encodeURIComponent(body.code)}`, body);

const submissions = [...makeDay({ date: '2022-12-01', dossiers: DOSSIERS, seed: 7 }).submissions()];
const serials = new Map<string, number>();
for (const { code } of submissions) if (!serials.has(code)) serials.set(code, serials.size + 1);
const bodies = submissions.map(({ body, code }) => full(body, serials.get(code) ?? 0));
const codes = [...serials.keys()];
const codeOf = (place: number): string => codes[place] ?? '';

/** What the portal says wrong of some dossiers, naming people in every case. */
const faults: readonly FaultRule[] = [
  { kind: 'refuse-login', times: 1, message: `Sai mật khẩu ${keys.portalPassword} của ${words(who('login'))}` },
  {
    kind: 'reject',
    code: '-1',
    message: `Công dân ${words(who('rejection'))} không hợp lệ`,
    match: { code: codes.slice(0, 10) },
  },
  {
    kind: 'off-schema',
    body: { status: 'OK', ChuHoSo: who('drift').name, payload: { [who('drift').number]: words(who('drift')) } },
    match: { code: codes.slice(10, 15) },
    times: 10,
  },
  {
    kind: 'malformed',
    body: `<html>Hồ sơ của ${words(who('malformed'))}`,
    match: { code: codes.slice(15, 20) },
    times: 10,
  },
  {
    kind: 'status',
    status: 500,
    body: `Lỗi khi ghi ${words(who('serverError'))}`,
    match: { code: codes.slice(20, 25) },
    times: 10,
  },
];

beforeAll(async () => {
  portal = await startPortal({ seed: 3, settings: { password: keys.portalPassword } });
  const login = portal.state.sessions.login.bind(portal.state.sessions);
  portal.state.sessions.login = (username, password) => {
    const result = login(username, password);
    if ('session' in result) sessions.push(result.session);
    return result;
  };
  for (const fault of faults) portal.state.addFault(fault);
  gateway = await startGateway({
    databaseFile,
    keys,
    portalUrl: portal.url,
    policy: {
      timeoutMs: 1_000,
      quietMs: 100,
      scheduleMs: [50, 100, 200],
      ratePerSecond: 2_000,
      burst: 2_000,
      breaker: { openMs: 100, maxOpenMs: 200 },
    },
    env: { LOG_LEVEL: 'trace', TRUSTED_PROXIES: '127.0.0.1', NATIONAL_PORTAL_ALLOW: '10.1.2.3' },
  });
});

afterAll(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a slice of the day and everything that goes wrong beside it', async () => {
  await handOverTheDay();
  await sendWhatIsRefused();
  await importLines();
  await callBack();
  await manage();
  await until('all work has come to rest', async () => {
    const { body } = await ask('/v1/dossiers?limit=500');
    const items = (JSON.parse(body) as { items: { delivery: { state: string } }[] }).items;
    return items.every(({ delivery }) => ['delivered', 'rejected'].includes(delivery.state)) || undefined;
  });
  expect(portal.state.faults.counts()).toMatchObject({
    'refuse-login': 1,
    reject: expect.toSatisfy((count: number) => count > 0),
    'off-schema': expect.toSatisfy((count: number) => count > 0),
    malformed: expect.toSatisfy((count: number) => count > 0),
    status: expect.toSatisfy((count: number) => count > 0),
  });
  // The people did go in, and whoever names a purpose sees them.
  const last = bodies.findLast(({ code }) => code === codeOf(40));
  const seen = await ask(`/v1/dossiers/${codeOf(40)}?reveal=kiem-tra`, {}, true);
  expect(seen.status).toBe(200);
  expect(seen.body).toContain(last?.applicant.name);
  await readEverything();
  everythingRan = true;
});

test('I6: no person and no secret stands in any answer, log or file', async () => {
  expect(everythingRan).toBe(true);
  await backedUp(databaseFile, join(folder, 'backup.db'), await keysOf(databaseFile, keys.masterKey));
  const ended = await gateway.stop();
  expect(ended).toEqual({ code: 0, signal: null });
  const output = gateway.output();
  expect(output.split('\n').length).toBeGreaterThan(bodies.length);

  const masterBytes = Buffer.from(keys.masterKey, 'base64');
  const needles: Needle[] = [
    ...new Map(bodies.flatMap(personalIn).map((needle) => [needle.text, needle])).values(),
    ...Object.entries(STRANGERS).flatMap(([where, n]) => strangerNeedles(n, where)),
    { what: 'MASTER_KEY', text: keys.masterKey },
    { what: 'MASTER_KEY in hex', text: masterBytes.toString('hex') },
    { what: 'ADMIN_KEY', text: keys.adminKey },
    { what: 'the portal password', text: keys.portalPassword },
    ...sessions.map((text) => ({ what: 'a session of the portal', text })),
    ...shownOnce,
  ];
  expect(sessions.length).toBeGreaterThan(0);
  expect(needles.length).toBeGreaterThan(DOSSIERS * 5);

  const files: Place[] = readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['lienthong.db', 'lienthong.keyring', 'backup.db']),
  );
  const places: Place[] = [
    { name: 'the log', bytes: Buffer.from(output) },
    { name: 'the answers', bytes: Buffer.concat(answers) },
    ...files,
  ];
  expect(findLeaks(needles, places)).toEqual([]);
  for (const { name, bytes } of files) expect(bytes.includes(masterBytes), `raw MASTER_KEY in ${name}`).toBe(false);
});

async function handOverTheDay(): Promise<void> {
  const statuses: Record<number, number> = {};
  // The order within a dossier is kept: a dossier's submissions all go to the same worker.
  const workers = Array.from({ length: 8 }, async (_, worker) => {
    for (const body of bodies.filter(({ code }) => (serials.get(code) ?? 0) % 8 === worker)) {
      const { status } = await put(body);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  });
  await Promise.all(workers);
  expect(statuses).toEqual({ 202: bodies.length });
}

async function sendWhatIsRefused(): Promise<void> {
  const [base] = bodies;
  if (base === undefined) throw new Error('the day is empty');
  const { name, number, phone, email } = who('fields');
  const path = '/v1/dossiers/H02.15.03-221201-9999';
  const wrong = { ...base, code: undefined };
  const person = { ...base.applicant, name, phone, email };
  const refused = [
    await send('PUT', path, {
      ...wrong,
      applicant: { ...person, identities: [{ type: 'citizen-id', number: `${number}9` }] },
    }),
    await send('PUT', path, { ...wrong, applicant: { ...person, identities: [{ type: number, number }] } }),
    await send('PUT', path, { ...wrong, applicant: { ...person, kind: name, email: `${email} ${phone}` } }),
    await send('PUT', path, { ...wrong, applicant: words(who('fields')) }),
    await send('PUT', path, { ...wrong, applicant: person, status: name, channel: phone, updatedAt: number }),
    await send('PUT', path, { ...wrong, applicant: person, revision: number, procedure: words(who('fields')) }),
    ...(await inPlacesOfCodes(path, { ...wrong, applicant: person })),
    await send('PUT', path, `{"applicant":{"name":"${words(who('brokenJson'))}"`),
    await send('PUT', path, JSON.stringify(words(who('brokenJson')))),
    await send('PUT', path, `name=${words(who('wrongType'))}`, { 'content-type': 'text/plain' }),
    await send('PUT', path, { ...wrong, note: words(who('oversized')).repeat(80_000) }),
    await send('PUT', `/v1/dossiers/${encodeURIComponent(words(who('path')))}`, { ...wrong, applicant: person }),
    await ask(`/v1/citizens/${who('path').number}`),
    await ask(`/v1/dossiers/${who('path').number}`),
    await ask(`/v1/dossiers?agency=${encodeURIComponent(who('query').name)}&status=${who('query').number}`),
    await ask(`/v1/dossiers/${base.code}?reveal=${encodeURIComponent(who('query').number)}`),
    await ask(`/v1/dossiers?cursor=${encodeURIComponent(who('query').number)}`),
    await ask(`/v1/dossiers?name=${encodeURIComponent(who('query').name)}`),
    await put({ ...base, revision: 0, applicant: { ...person, identities: [{ type: 'citizen-id', number }] } }),
    await put({ ...base, applicant: { ...person, identities: [{ type: 'citizen-id', number }] } }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([
    ...[400, 400, 400, 400, 400, 400],
    ...[400, 400, 400, 400, 400, 400, 400, 400, 400, 400],
    ...[400, 400, 415, 413, 400],
    ...[404, 400, 400, 400, 400, 400],
    ...[409, 409],
  ]);
}

/** What stands in clear columns of a dossier that is taken is a code. */
async function inPlacesOfCodes(path: string, body: object): Promise<Asked[]> {
  const { name, number, email } = who('fields');
  const amount = { amount: 8_000, currency: 'VND' };
  const answers: Asked[] = [];
  for (const code of [`${name}, ${number}`, email])
    for (const changes of [
      { agency: { code } },
      { procedure: { code } },
      { procedure: { code: '1.001193', field: { code } } },
      { fees: [{ kind: 'fee', code, name: 'Phí', amount }] },
      { nationalCode: code },
    ])
      answers.push(await send('PUT', path, { ...body, ...changes }));
  return answers;
}

async function importLines(): Promise<void> {
  const [, base] = bodies;
  const { name, number, phone } = who('import');
  const lines = [
    JSON.stringify({
      ...base,
      applicant: { kind: 'citizen', name, phone, identities: [{ type: 'passport', number: 'x y' }] },
    }),
    `{"applicant":{"name":"${words(who('import'))}"`,
    JSON.stringify({ ...base, applicant: { kind: name, name: number } }),
  ];
  const { status, body } = await ask('/v1/dossiers/import', {
    method: 'POST',
    body: `${lines.join('\n')}\n`,
    headers: { 'content-type': 'application/x-ndjson' },
  });
  expect(status).toBe(200);
  expect(body.trim().split('\n')).toHaveLength(3);
}

async function callBack(): Promise<void> {
  const url = `${gateway.url}/callbacks/national-portal/nhanhsdvcqg`;
  const record = (person: Stranger) => ({
    MaHoSo: '000.00.00.G22-221201-000001',
    MaTTHC: '1.001193',
    ChuHoSo: person.name,
    DinhDanhCHS: [{ LoaiDinhDanh: '1', SoDinhDanh: person.number }],
    SoDienThoai: person.phone,
    Email: person.email,
    TrangThaiHoSo: '1',
  });
  const headers = { 'x-forwarded-for': '10.1.2.3' };
  const replies = await portal.state.push({ url, data: [record(who('pushed'))], repeat: 2, headers });
  expect(replies.map(({ status, errorCode }) => [status, errorCode])).toEqual([
    [200, '0'],
    [200, '1'],
  ]);
  const stranger = await portal.state.push({
    url,
    data: [record(who('strangeCallback'))],
    headers: { 'x-forwarded-for': '10.9.9.9' },
  });
  expect(stranger.map(({ status }) => status)).toEqual([403]);
  answers.push(...[...replies, ...stranger].map(({ body }) => Buffer.from(body)));
  const broken = words(who('brokenCallback'));
  for (const body of [`{"data":"${broken}`, JSON.stringify({ data: [broken] }), JSON.stringify({ [broken]: 1 })])
    await send('POST', '/callbacks/national-portal/nhanhsdvcqg', body, headers);
}

/** Keys and subscriptions are made and shown once; a dossier is taken back for a reason that names somebody. */
async function manage(): Promise<void> {
  const once = (): Record<string, string> => ({
    'content-type': 'application/json',
    'idempotency-key': crypto.randomUUID(),
  });
  const made = await ask(
    '/v1/admin/keys',
    {
      method: 'POST',
      headers: once(),
      body: JSON.stringify({ principal: { kind: 'system', name: 'he-thong-mot-cua', role: 'system' } }),
    },
    true,
  );
  expect(made.status).toBe(201);
  shownOnce.push({ what: 'a key', text: (JSON.parse(made.body) as { key: string }).key });
  const subscribed = await ask(
    '/v1/subscriptions',
    { method: 'POST', headers: once(), body: JSON.stringify({ url: 'https://motcua.example.vn/su-kien' }) },
    true,
  );
  expect(subscribed.status).toBe(201);
  const { secret } = JSON.parse(subscribed.body) as { secret: string };
  shownOnce.push({ what: 'a webhook secret', text: secret.replace('whsec_', '') });
  const taken = await send(
    'POST',
    `/v1/dossiers/${codeOf(50)}/withdrawal`,
    { as: 'stopped', reason: `Theo đơn của ${words(who('withdrawal'))}` },
    { 'idempotency-key': crypto.randomUUID() },
  );
  expect(taken.status).toBe(202);
}

/** Every GET of the document, with every dossier, exchange and whatever else has been listed put into its path. */
async function readEverything(): Promise<void> {
  const { body } = await ask('/openapi.json');
  const { paths } = JSON.parse(body) as { paths: Record<string, Record<string, unknown>> };
  const reads = Object.keys(paths).filter((path) => paths[path]?.get !== undefined);
  expect(reads).toEqual(expect.arrayContaining(['/v1/dossiers', '/v1/dossiers/{code}/timeline', '/metrics']));
  for (const path of reads) {
    const [collection = '', rest] = path.split(/\/\{[^}]+\}/, 2);
    // What a citizen filed on the portal is there to be read whole: that is what the call is for.
    const excused = path === '/v1/national-dossiers/{nationalCode}';
    if (rest === undefined) await ask(`${path}${path.startsWith('/v1/') ? '?limit=500' : ''}`);
    else
      for (const id of await idsOf(collection))
        await ask(`${collection}/${encodeURIComponent(id)}${rest}`, {}, excused);
  }
}

async function idsOf(collection: string): Promise<string[]> {
  const { status, body } = await ask(`${collection}?limit=500`);
  if (status !== 200) return [];
  const items = (JSON.parse(body) as { items?: Record<string, unknown>[] }).items ?? [];
  return items.map((item) => String(item.code ?? item.nationalCode ?? item.id ?? item.name)).slice(0, 400);
}
