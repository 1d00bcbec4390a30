import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { journalVerdict } from '../crash/journal.ts';
import { leftOpen } from '../crash/witness.ts';
import { smallDossier } from '../kit/body.ts';
import { command } from '../kit/command-line.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

interface Problem {
  readonly code: string;
  readonly detail?: string;
}
interface Ready {
  readonly status: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean }[];
}

const keys = freshKeys();
let undo: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});
const doctorEnvironment = (databaseFile: string, url: string) => ({
  DATABASE_URL: `sqlite:${databaseFile}`,
  MASTER_KEY: keys.masterKey,
  ADMIN_KEY: keys.adminKey,
  PUBLIC_URL: url,
});
const codeOf = (n: number): string => `H02.15.03-221201-${String(n).padStart(4, '0')}`;
const put = (gateway: GatewayProcess, n: number) =>
  gateway.json<Problem>('PUT', `/v1/dossiers/${codeOf(n)}`, smallDossier(codeOf(n), 1));

async function start(
  folder: string,
): Promise<{ gateway: GatewayProcess; portal: RunningPortal; databaseFile: string }> {
  const databaseFile = join(folder, 'lienthong.db');
  const portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  undo.push(() => portal.close());
  const gateway = await startGateway({
    databaseFile,
    keys,
    portalUrl: portal.url,
    policy: { timeoutMs: 500, quietMs: 200, scheduleMs: [50, 200], ratePerSecond: 1_000, burst: 1_000 },
    env: { LOG_LEVEL: 'error' },
  });
  undo.push(() => gateway.stop('SIGKILL'));
  return { gateway, portal, databaseFile };
}

/** The same story for whatever keeps the store from being written; `jam` begins it and `free` ends it. */
async function survives(
  folder: string,
  jam: (gateway: GatewayProcess) => void,
  free: (gateway: GatewayProcess) => void,
  reason: string,
) {
  const { gateway, portal, databaseFile } = await start(folder);
  let n = 0;
  while (n < 30) expect((await put(gateway, n++)).status).toBe(202);
  jam(gateway);

  const acknowledged = new Set(Array.from({ length: n }, (_, each) => codeOf(each)));
  const refused = await until(
    'a PUT is refused',
    async () => {
      const here = n++;
      const answer = await put(gateway, here);
      if (answer.status === 202) acknowledged.add(codeOf(here));
      return answer.status === 202 ? undefined : { n: here, answer };
    },
    { everyMs: 0 },
  );
  expect([refused.answer.status, refused.answer.body.code]).toEqual([503, 'store-unavailable']);
  expect(refused.answer.body.detail).toContain(reason === 'disk-full' ? 'the disk is full' : 'the disk reports errors');
  const said = await command(['doctor', '--no-login'], doctorEnvironment(databaseFile, gateway.url));
  expect([said.status, said.out]).toEqual([
    1,
    expect.stringContaining(reason === 'disk-full' ? 'the disk is full' : 'the disk reports errors or is full'),
  ]);
  expect(Number(refused.answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.answer.headers.get('content-type')).toContain('application/problem+json');
  // Several at once, as one group of commits: all of them are told.
  const together = await Promise.all(Array.from({ length: 8 }, () => put(gateway, n++)));
  expect(together.map(({ status }) => status)).toEqual(together.map(() => 503));

  const unready = await until('it says that it is not ready', async () => {
    const { status, body } = await gateway.json<Ready>('GET', '/readyz');
    return status === 503 ? body : undefined;
  });
  expect(unready.checks).toContainEqual(expect.objectContaining({ name: 'store', ok: false, reason }));
  expect((await gateway.json('GET', '/healthz')).status).toBe(200);
  expect((await gateway.json('GET', `/v1/dossiers/${codeOf(0)}`)).status).toBe(200);
  expect((await gateway.json('GET', `/v1/dossiers/${codeOf(refused.n)}`)).status).toBe(404);

  free(gateway);
  await until('it takes dossiers again', async () => (await put(gateway, refused.n)).status === 202 || undefined);
  acknowledged.add(codeOf(refused.n));
  await until('it is ready again', async () => (await gateway.json('GET', '/readyz')).status === 200 || undefined);
  await until('everything acknowledged is shown', async () => {
    const { body } = await gateway.json<{ items: { delivery: { state: string } }[] }>('GET', '/v1/dossiers?limit=500');
    const settled = body.items.every(({ delivery }) => delivery.state === 'delivered');
    return (settled && [...acknowledged].every((code) => portal.state.dossier(code))) || undefined;
  });
  expect(portal.state.counters).toMatchObject({ overlaps: 0, olderAfterNewer: 0, violations: 0 });
  expect(await gateway.stop()).toEqual({ code: 0, signal: null });
  expect(leftOpen(databaseFile)).toEqual({
    ...{ streamsHeld: 0, leases: 0, sending: 0, openCalls: 0, openAttempts: 0, uncertain: 0 },
  });
  expect(await journalVerdict(databaseFile, keys.masterKey)).toMatchObject({ ok: true });
}

const scratch = mkdtempSync(join(tmpdir(), 'lienthong-mount-'));
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', scratch]).status === 0;
if (canMount) spawnSync('umount', [scratch]);
rmSync(scratch, { recursive: true, force: true });
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

test.skipIf(!canMount)(
  `I1: a full disk is answered with 503, nothing is lost, and work goes on when there is room${canMount ? '' : ' (skipped: no file system may be mounted here)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-full-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder]);
    undo.push(() => {
      spawnSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    });
    const ballast = join(folder, 'ballast');
    await survives(
      folder,
      () => fill(ballast),
      () => rmSync(ballast),
      'disk-full',
    );
  },
);

test.skipIf(!canLimit)(
  `I1: a file that takes no more is answered with 503, nothing is lost${canLimit ? '' : ' (skipped: there is no prlimit here)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lienthong-limit-'));
    undo.push(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(folder, { recursive: true });
    const limit = (gateway: GatewayProcess, bytes: string): void => {
      const set = spawnSync('prlimit', ['--pid', String(gateway.pid), `--fsize=${bytes}:`]);
      if (set.status !== 0) throw new Error(`prlimit: ${set.stderr.toString()}`);
    };
    await survives(
      folder,
      (gateway) => limit(gateway, '4096'),
      (gateway) => limit(gateway, 'unlimited'),
      'disk-error',
    );
  },
);

/** Writes until the file system has no room for another byte. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const block = Buffer.alloc(size);
      for (;;) if (!wrote(file, block)) break;
    }
  } finally {
    closeSync(file);
  }
}

function wrote(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
