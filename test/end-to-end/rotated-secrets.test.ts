import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { SystemView } from '../../contracts/v1/system.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-rotate-'));
const passwordFile = join(folder, 'portal-password');
const adminKeyFile = join(folder, 'admin-key');
const keys = freshKeys();
let portal: RunningPortal | undefined;
let gateway: GatewayProcess | undefined;

afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("I3: the portal's password and ADMIN_KEY are changed without a restart, and no asking locks the account", async () => {
  writeFileSync(passwordFile, keys.portalPassword);
  writeFileSync(adminKeyFile, `${keys.adminKey}\n`);
  portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword, lockAfter: 4 } });
  const { state } = portal;
  const running = await startGateway({
    databaseFile: join(folder, 'lienthong.db'),
    keys,
    portalUrl: portal.url,
    policy: { scheduleMs: [20], quietMs: 400, timeoutMs: 400 },
    env: {
      NATIONAL_PORTAL_PASSWORD: '',
      NATIONAL_PORTAL_PASSWORD_FILE: passwordFile,
      ADMIN_KEY: '',
      ADMIN_KEY_FILE: adminKeyFile,
    },
  });
  gateway = running;
  const put = async (code: string) =>
    expect((await running.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1))).status).toBe(202);
  const shown = (code: string) => until(`${code} is shown`, () => state.dossiers.get(code));
  const paused = async () =>
    (await running.json<{ items: SystemView[] }>('GET', '/v1/systems')).body.items[0]?.lanes[0]?.paused?.reason;
  const press = async (act: 'probe' | 'resume', body?: object) => {
    const answer = await running.fetch(`/v1/systems/national-portal/${act}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(answer.status).toBe(200);
    return answer.json();
  };
  await put('H02.15.03-221201-0001');
  await shown('H02.15.03-221201-0001');

  // The province changes the password at the portal first; the gateway is refused twice and pauses.
  state.settings.password = 'mat-khau-moi';
  state.expireSessions();
  await put('H02.15.03-221201-0002');
  await until('the credential is paused', async () => ((await paused()) === 'credential-refused' ? true : undefined));
  for (let n = 0; n < 10; n++) expect(await press('probe')).toMatchObject({ outcome: 'not-sent' });
  expect(state.counters.loginsRefused).toBe(3);

  writeFileSync(passwordFile, 'mat-khau-moi');
  await press('resume', { reason: 'đã đổi mật khẩu' });
  await shown('H02.15.03-221201-0002');
  await until('nothing is paused', async () => ((await paused()) === undefined ? true : undefined));
  expect(state.counters.loginsRefused).toBe(3);

  const other = `admin-${crypto.randomUUID()}`;
  writeFileSync(adminKeyFile, other);
  const asNew = () => fetch(`${running.url}/v1/systems`, { headers: { authorization: `Bearer ${other}` } });
  await until('the new ADMIN_KEY works', async () => ((await asNew()).status === 200 ? true : undefined));

  for (const file of ['NATIONAL_PORTAL_PASSWORD_FILE', 'ADMIN_KEY_FILE'])
    await until(`the log names ${file}`, () => running.output().includes(file) || undefined);
  const output = running.output();
  for (const secret of ['mat-khau-moi', other, keys.portalPassword, keys.adminKey])
    expect(output).not.toContain(secret);
});
