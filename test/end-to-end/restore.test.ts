import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { removeDatabase } from '../../src/runtime/node/backup.ts';
import { restore } from '../../src/runtime/node/restore.ts';
import { journalVerdict } from '../crash/journal.ts';
import { backedUp, keysOf } from '../kit/backup.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

interface View {
  readonly delivery: { readonly state: string; readonly parkedReason: string | null };
}
interface Feed {
  readonly next: number;
  readonly items: readonly { readonly type: string; readonly data: { readonly key?: string } }[];
}

const folder = mkdtempSync(join(tmpdir(), 'lienthong-restore-'));
const databaseFile = join(folder, 'lienthong.db');
const keys = freshKeys();
let portal: RunningPortal | undefined;
let gateway: GatewayProcess | undefined;

afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

const [DONE, MOVED_ON, SHOWN, NEVER_SENT, SAME_STATUS] = ['A', 'B', 'C', 'D', 'E'].map(
  (letter) => `H02.15.03-221201-000${letter}`,
) as [string, string, string, string, string];

test('I2 I3: after a restore everything that was not final is asked about before anything is sent', async () => {
  portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  const { state } = portal;
  // What the portal hears, in order: the service and the dossiers that a call names.
  const heard: string[] = [];
  const draw = state.faults.draw.bind(state.faults);
  state.faults.draw = (subject) => {
    heard.push(...subject.codes.map((code) => `${subject.service} ${code}`));
    return draw(subject);
  };
  const options = {
    databaseFile,
    keys,
    portalUrl: portal.url,
    policy: {
      timeoutMs: 1_000,
      quietMs: 200,
      scheduleMs: [100, 200],
      ratePerSecond: 1_000,
      burst: 1_000,
      breaker: { minimumCalls: 1_000 },
    },
    env: { LOG_LEVEL: 'error' },
  };
  const before = await startGateway(options);
  gateway = before;
  const put = async (to: GatewayProcess, code: string, revision: number, status?: 'completed' | 'accepted') =>
    expect((await to.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, revision, status))).status).toBe(202);
  const view = async (from: GatewayProcess, code: string): Promise<View['delivery']> =>
    (await from.json<View>('GET', `/v1/dossiers/${code}`)).body.delivery;
  const delivered = (from: GatewayProcess, code: string) =>
    until(`${code} is delivered`, async () => (await view(from, code)).state === 'delivered' || undefined);

  await put(before, DONE, 1);
  await delivered(before, DONE);
  await put(before, SAME_STATUS, 1, 'accepted');
  await delivered(before, SAME_STATUS);
  // At the moment of the backup four are on their way and do not get through; one has an earlier version shown already.
  const open = [MOVED_ON, SHOWN, NEVER_SENT, SAME_STATUS];
  state.addFault({ kind: 'status', status: 503, match: { code: open } });
  for (const code of open) await put(before, code, code === SAME_STATUS ? 2 : 1, 'accepted');
  await until('all four were tried', async () => {
    const states = await Promise.all(open.map((code) => view(before, code)));
    return states.every((delivery) => ['retrying', 'uncertain'].includes(delivery.state)) || undefined;
  });
  const copy = join(folder, 'backups', 'monday.db');
  const own = await keysOf(databaseFile, keys.masterKey);
  await backedUp(databaseFile, copy, own);

  // The world goes on: one is shown and then changed, one is shown as it was, one still does not get through.
  state.clearFaults();
  state.addFault({ kind: 'status', status: 503, match: { code: [NEVER_SENT, SAME_STATUS] } });
  await delivered(before, SHOWN);
  await delivered(before, MOVED_ON);
  await put(before, MOVED_ON, 2, 'completed');
  await delivered(before, MOVED_ON);
  const { next: read } = (await before.json<Feed>('GET', '/v1/events?limit=500')).body;
  await before.stop();
  state.clearFaults();

  // The database is lost, the backup takes its place; the key ring stands where it always stood.
  mkdirSync(join(folder, 'lost'));
  renameSync(databaseFile, join(folder, 'lost', 'lienthong.db'));
  removeDatabase(databaseFile);
  const restored = await restore({ from: copy, to: databaseFile, keys: own, quietMs: 500 });
  expect(restored.confirmFirst).toBe(4);
  heard.length = 0;
  const after = await startGateway(options);
  gateway = after;

  await delivered(after, SHOWN);
  await delivered(after, NEVER_SENT);
  // Their status differs, or it is the same and cannot tell one version's content from the other's.
  for (const code of [MOVED_ON, SAME_STATUS]) {
    const parked = await until(`${code} waits for the province`, async () => {
      const delivery = await view(after, code);
      return delivery.parkedReason === null ? undefined : delivery;
    });
    expect(parked.parkedReason).toBe('snapshot-requested');
  }
  for (const code of open) expect(heard.filter((call) => call.endsWith(code))[0]).toBe(`TraCuuHoSo ${code}`);
  // Only the one that the nation did not know was sent; nothing was repeated, and nothing was set back.
  expect(heard.filter((call) => call.startsWith('DongBoHoSoMC'))).toEqual([`DongBoHoSoMC ${NEVER_SENT}`]);
  expect(heard.filter((call) => call.endsWith(DONE))).toEqual([]);
  expect(state.dossier(MOVED_ON)?.history.at(-1)?.version).toBe(2);
  expect(state.dossier(SAME_STATUS)?.history.at(-1)?.version).toBe(1);
  const withdrawal = await after.fetch(`/v1/dossiers/${MOVED_ON}/withdrawal`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'w1' },
    body: JSON.stringify({ reason: 'nhập nhầm', as: 'withdrawn' }),
  });
  expect([withdrawal.status, await withdrawal.json()]).toMatchObject([409, { code: 'wrong-state' }]);
  // Who had read the lost store's feed to its end hears all that is new, beginning with that it was put back.
  const news = await after.json<Feed>('GET', `/v1/events?after=${read}&limit=100`);
  expect(news.body.items[0]?.type).toBe('store.restored');
  await until('the province is asked for fresh snapshots of both', async () => {
    const { body } = await after.json<Feed>('GET', '/v1/events?limit=100');
    const asked = body.items.filter(({ type }) => type === 'dossier.snapshot-requested').map(({ data }) => data.key);
    return [MOVED_ON, SAME_STATUS].every((code) => asked.includes(code)) || undefined;
  });

  await put(after, MOVED_ON, 3, 'completed');
  await delivered(after, MOVED_ON);
  expect(state.dossier(MOVED_ON)?.history.at(-1)?.version).toBe(3);
  // The same snapshot handed over once more says that it is the newest there is.
  await put(after, SAME_STATUS, 2, 'accepted');
  await delivered(after, SAME_STATUS);
  expect(state.dossier(SAME_STATUS)?.history.at(-1)?.version).toBe(2);
  expect(state.counters).toMatchObject({ olderAfterNewer: 0, overlaps: 0, versionConflicts: 0 });
  expect(await after.stop()).toEqual({ code: 0, signal: null });
  expect(await journalVerdict(databaseFile, keys.masterKey)).toMatchObject({ ok: true });
});
