import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { journalVerdict } from '../crash/journal.ts';
import { leftOpen } from '../crash/witness.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, spawnGateway, startGateway, until } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-stop-'));
const databaseFile = join(folder, 'lienthong.db');
const keys = freshKeys();
let portal: RunningPortal | undefined;
let gateway: GatewayProcess | undefined;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const codeOf = (n: number): string => `H02.15.03-221201-${String(n).padStart(4, '0')}`;

afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A PUT whose body is held back: `finish` sends the rest, and the answer's status comes when the answer does. */
function slowPut(url: string, code: string): { finish(): void; status: Promise<number> } {
  const body = Buffer.from(JSON.stringify(smallDossier(code, 1)));
  const half = body.length >> 1;
  const sent = request(`${url}/v1/dossiers/${code}`, {
    method: 'PUT',
    agent: false,
    headers: {
      authorization: `Bearer ${keys.adminKey}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  });
  const status = new Promise<number>((resolve, reject) => {
    sent.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject);
  });
  sent.write(body.subarray(0, half));
  return { finish: () => void sent.end(body.subarray(half)), status };
}

test('I1 I3: told to stop under load it answers what it has begun, leaves no lease and ends with 0', async () => {
  portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  portal.state.addFault({ kind: 'delay', ms: 150, jitterMs: 150 });
  const options = {
    databaseFile,
    keys,
    portalUrl: portal.url,
    policy: { quietMs: 400, scheduleMs: [50, 200], ratePerSecond: 1_000, burst: 1_000 },
    env: { LOG_LEVEL: 'error' },
  };
  const stopping = await startGateway(options);
  gateway = stopping;

  const acknowledged = new Set<string>();
  const broken: string[] = [];
  const counted: Record<string, number> = {};
  let toldAt = Number.POSITIVE_INFINITY;
  let next = 0;
  /** How long a knock may take on this machine before it is heard, milliseconds. */
  let slowestMs = 25;
  const workers = Array.from({ length: 8 }, async () => {
    for (;;) {
      const code = codeOf(next++);
      const begunAt = performance.now();
      try {
        const { status } = await stopping.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1));
        counted[status] = (counted[status] ?? 0) + 1;
        if (status === 202) acknowledged.add(code);
        if (performance.now() < toldAt) slowestMs = Math.max(slowestMs, performance.now() - begunAt);
      } catch {
        // Whoever comes after the signal, or knocks at that very moment, finds the door shut; what was inside is answered.
        if (begunAt < toldAt - slowestMs) broken.push(code);
        return;
      }
      await pause(10);
    }
  });
  const slow = Array.from({ length: 4 }, (_, n) => slowPut(stopping.url, codeOf(9_000 + n)));
  const { state } = portal;
  await until('it is in the middle of sending', () => (state.counters.openNow >= 4 && next > 100) || undefined);
  toldAt = performance.now();
  stopping.signal('SIGTERM');
  await pause(200);
  for (const each of slow) each.finish();
  expect(await Promise.all(slow.map(({ status }) => status))).toEqual([202, 202, 202, 202]);
  await Promise.all(workers);
  expect(await stopping.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - toldAt).toBeLessThan(10_000);
  expect(broken).toEqual([]);
  expect(Object.keys(counted)).toEqual(['202']);
  expect(leftOpen(databaseFile)).toMatchObject({
    streamsHeld: 0,
    leases: 0,
    sending: 0,
    openCalls: 0,
    openAttempts: 0,
  });
  expect(state.counters.openNow).toBe(0);
  expect(await journalVerdict(databaseFile, keys.masterKey)).toMatchObject({ ok: true, unsealed: expect.any(Number) });

  state.clearFaults();
  gateway = await startGateway(options);
  for (const n of slow.keys()) acknowledged.add(codeOf(9_000 + n));
  await until(
    'what was acknowledged is shown',
    () => [...acknowledged].every((code) => state.dossier(code)) || undefined,
  );
  expect(state.counters).toMatchObject({ overlaps: 0, duringLate: 0, repeats: 0 });
  expect(acknowledged.size).toBeGreaterThan(50);
});

test('told to stop while it starts, or as soon as it says where it listens, it closes all that it had opened', async () => {
  const options = { databaseFile, keys };
  const first = await startGateway(options);
  expect(await first.stop()).toEqual({ code: 0, signal: null });
  const moments = Array.from({ length: 8 }, (_, n) => (first.startedInMs * (n + 1)) / 8);
  for (const moment of [...moments, 'ready', 'ready', 'ready'] as const) {
    const starting = spawnGateway(options);
    await (moment === 'ready' ? starting.ready : pause(moment));
    starting.signal('SIGTERM');
    const { code, signal } = await starting.ended;
    // Before the program has read itself there is nobody to be told, and nothing is open yet.
    expect(code ?? signal).toBeOneOf(moment === 'ready' ? [0] : [0, 'SIGTERM']);
    expect(existsSync(`${databaseFile}-wal`), `after ${moment} ms of ${first.startedInMs}`).toBe(false);
  }
});

const lineOf = (n: number): Buffer => Buffer.from(`${JSON.stringify(smallDossier(codeOf(n), 1))}\n`);
/** Bodies of imports that do not end by themselves. */
const imports = {
  'slow: a line now and then': async function* () {
    for (let n = 0; n < 5_000; n++) {
      yield lineOf(n);
      await pause(100);
    }
  },
  'fast: as much as is taken': async function* () {
    for (let n = 0; ; n += 20) {
      yield Buffer.concat(Array.from({ length: 20 }, (_, each) => lineOf((n + each) % 9_000)));
      await pause(0);
    }
  },
  'endless: a line that never ends': async function* () {
    for (let n = 0; n < 5; n++) yield lineOf(n);
    for (;;) {
      yield Buffer.alloc(1_000, 0x20);
      await pause(20);
    }
  },
  'silent: nothing comes any more': async function* () {
    for (let n = 0; n < 5; n++) yield lineOf(n);
    await pause(60_000);
  },
} satisfies Record<string, () => AsyncGenerator<Buffer>>;

test.each(Object.entries(imports))(
  'I1: told to stop during an import (%s) it ends that after its round, and says where',
  async (_, body) => {
    const importing = await startGateway({ databaseFile, keys, env: { LOG_LEVEL: 'error' } });
    gateway = importing;
    const sent = request(`${importing.url}/v1/dossiers/import?mode=already-national`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${keys.adminKey}`, 'content-type': 'application/x-ndjson' },
    });
    sent.on('error', () => {});
    let answered = '';
    const ended = new Promise<void>((resolve, reject) => {
      sent.once('response', (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => {
          answered += text;
        });
        response.once('end', resolve);
        response.once('error', reject);
      });
    });
    let over = false;
    const writing = (async () => {
      for await (const chunk of body()) {
        if (over || sent.destroyed) return;
        if (!sent.write(chunk)) await Promise.race([new Promise((resolve) => sent.once('drain', resolve)), ended]);
      }
    })();
    await pause(1_000);
    const toldAt = performance.now();
    importing.signal('SIGTERM');
    await ended;
    over = true;
    expect(await importing.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - toldAt).toBeLessThan(5_000);
    const lines = answered
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; outcome: string });
    const last = lines.at(-1);
    expect(last).toMatchObject({ line: lines.length, code: null, outcome: 'unavailable' });
    expect(lines.slice(0, -1).every(({ outcome }) => outcome === 'accepted' || outcome === 'unchanged')).toBe(true);
    sent.destroy();
    void writing;
  },
);

/** Ends what is left of a group. */
const endGroup = (leader: number | undefined): void => {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // Nothing is left of it.
  }
};

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s to `npm start` ends the gateway itself, as a service manager expects',
  async (name) => {
    const npm = spawn('npm', ['start'], {
      // A group of its own, so that a failing test leaves nothing behind; the signal goes to npm alone.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...{
          PATH: process.env.PATH ?? '',
          HOME: folder,
          PORT: '0',
          LOG_LEVEL: 'info',
          npm_config_update_notifier: 'false',
        },
        ...{ DATABASE_URL: `sqlite:${databaseFile}`, MASTER_KEY: keys.masterKey, ADMIN_KEY: keys.adminKey },
      },
    });
    let said = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (text: Buffer) => (said += text.toString('utf8')));
    const npmEnded = new Promise((resolve) => npm.once('exit', resolve));
    try {
      await until('it listens', () => /^lienthong http/m.test(said) || undefined);
      npm.kill(name);
      await npmEnded;
      await until('the gateway has closed its store', () => !existsSync(`${databaseFile}-wal`) || undefined);
      expect(said).toContain('"stopping"');
    } finally {
      endGroup(npm.pid);
    }
  },
);
