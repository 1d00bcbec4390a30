import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeDay } from '../../mocks/year/day.ts';
import { freshKeys, startGateway } from '../kit/gateway-process.ts';

/** What befalls the login is read wherever a person looks, by a real gateway over a real line. */
test.each<[string, string, (port: number) => string]>([
  ['an unresolvable name', 'dns', () => 'https://khong-co.invalid'],
  ['nobody listening', 'connection-refused', () => 'http://127.0.0.1:9'],
  ['a port that speaks no TLS', 'tls', (port) => `https://127.0.0.1:${port}`],
  ['a peer that cuts the line', 'connection-lost', (port) => `http://127.0.0.1:${port}`],
])('%s before a session exists is %s in probe, exchange, attempt and breaker', async (_name, cause, urlOf) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-login-cause-'));
  const cutting = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => cutting.listen(0, '127.0.0.1', resolve));
  const gateway = await startGateway({
    databaseFile: join(folder, 'x.db'),
    keys: freshKeys(),
    portalUrl: urlOf((cutting.address() as AddressInfo).port),
    policy: { breaker: { minimumCalls: 1, minimumKeys: 1 } },
  });
  try {
    const ask = async (method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) =>
      JSON.parse(JSON.stringify(await gateway.json(method, path, body)));
    const probed = await ask('POST', '/v1/systems/national-portal/probe');
    expect(JSON.stringify(probed)).toContain(`"${cause}"`);
    const [put] = [...makeDay({ date: '2022-12-01', dossiers: 1, seed: 3 }).latest()];
    await ask('PUT', `/v1/dossiers/${encodeURIComponent(put?.code ?? '')}`, put?.body);
    await vi.waitFor(
      async () => {
        const listed = JSON.stringify(await ask('GET', '/v1/exchanges?state=retrying'));
        expect(listed).toContain(`"cause":"${cause}"`);
        const id = /"id":"([^"]+)"/.exec(listed)?.[1];
        expect(JSON.stringify(await ask('GET', `/v1/exchanges/${id}`))).toContain(`"code":"${cause}"`);
        const systems = JSON.stringify(await ask('GET', '/v1/systems'));
        expect(systems).toContain(`"cause":"${cause}"`);
        expect(listed + systems).not.toContain('login-failed');
      },
      { timeout: 20_000, interval: 200 },
    );
  } finally {
    await gateway.stop();
    cutting.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
