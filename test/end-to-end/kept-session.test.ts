import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, startGateway, until } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-session-'));
const keys = freshKeys();
let portal: RunningPortal | undefined;
let gateway: GatewayProcess | undefined;

afterEach(async () => {
  await gateway?.stop('SIGKILL');
  await portal?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('I6: a gateway that is killed and started again goes on under its session, which stands nowhere in the clear', async () => {
  portal = await startPortal({ seed: 1, settings: { password: keys.portalPassword } });
  const { state, url } = portal;
  const logins = vi.spyOn(state.sessions, 'login');
  const start = async () => {
    gateway = await startGateway({
      databaseFile: join(folder, 'lienthong.db'),
      keys,
      portalUrl: url,
      policy: { scheduleMs: [20], quietMs: 400, timeoutMs: 400 },
    });
    return gateway;
  };
  const send = async (to: GatewayProcess, code: string) => {
    expect((await to.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1))).status).toBe(202);
    await until(`${code} is shown`, () => state.dossiers.get(code));
  };
  const first = await start();
  await send(first, 'H02.15.03-221201-0001');
  expect(state.counters.logins).toBe(1);
  await first.stop('SIGKILL');

  const second = await start();
  await send(second, 'H02.15.03-221201-0002');
  expect(state.counters.logins).toBe(1);

  state.expireSessions();
  await send(second, 'H02.15.03-221201-0003');
  expect(state.counters.logins).toBe(2);
  await second.stop('SIGTERM');
  const third = await start();
  await send(third, 'H02.15.03-221201-0004');
  expect(state.counters.logins).toBe(2);

  const tokens = logins.mock.results.flatMap(({ value }) => ('session' in value ? [value.session] : []));
  expect(tokens).toHaveLength(2);
  const said = [first, second, third].map((each) => each.output()).join();
  for (const token of tokens) expect(said).not.toContain(token);
  for (const name of readdirSync(folder))
    for (const token of tokens) expect(readFileSync(join(folder, name)).includes(token), name).toBe(false);
});
