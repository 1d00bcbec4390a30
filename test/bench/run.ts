import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN_KEY, importDossiers, startGateway } from './gateway.ts';
import { load } from './load.ts';
import { canPin, pinned } from './processes.ts';

/**
 * `npm run bench`: everything in one run, the server on one core, load and simulator on the other.
 * `npm run bench -- 20000` takes a smaller backlog than 100,000.
 */
const backlog = Number(process.argv[2] ?? 100_000);
const SECONDS = 8;
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const row = (...cells: (string | number)[]): void => say(`| ${cells.join(' | ')} |`);
const round = (value: number, digits = 0): string => value.toLocaleString('en', { maximumFractionDigits: digits });

const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
mkdirSync(join(folder, 'drain'));
say(
  `Node ${process.version}; server ${canPin ? 'pinned to one core, load and simulator to the other' : 'NOT pinned: taskset is missing'}; backlog ${round(backlog)}`,
);

try {
  // Bare ceiling and durable accept, in turns, so that both meet the same noise.
  const bare = pinned(0, ['test/bench/bare.ts'], {}, /^(http:\S+)/);
  const bareUrl = await bare.ready;
  const accepting = await startGateway(join(folder, 'accept.db'));
  await load(bareUrl, ADMIN_KEY, 32, 2);
  await load(accepting.url, ADMIN_KEY, 32, 2);
  say('\n### Accept: PUT /v1/dossiers/{code}, each new, with encryption and journal\n');
  row('connections', 'bare hono + zod /s', 'durable accept /s', 'ratio', 'p50 ms', 'p99 ms', 'failed');
  row('--:', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const connections of [1, 32, 256]) {
    const ceiling = await load(bareUrl, ADMIN_KEY, connections, SECONDS);
    const durable = await load(accepting.url, ADMIN_KEY, connections, SECONDS);
    row(
      connections,
      round(ceiling.perSecond),
      round(durable.perSecond),
      (durable.perSecond / ceiling.perSecond).toFixed(2),
      round(durable.p50Ms, 1),
      round(durable.p99Ms, 1),
      durable.failed,
    );
  }
  await bare.stop();
  await accepting.stop();

  // Import, and what a backlog costs in memory.
  const file = join(folder, 'drain', 'lienthong.db');
  const importing = await startGateway(file);
  const atRest = importing.rssMb();
  const half = await importDossiers(importing.url, 0, backlog / 2);
  const afterHalf = importing.rssMb();
  const rest = await importDossiers(importing.url, backlog / 2, backlog);
  const afterAll = importing.rssMb();
  await importing.stop();
  const reopened = await startGateway(file);
  const withBacklog = reopened.rssMb();
  await reopened.stop();
  say('\n### Import (NDJSON), and memory\n');
  row('figure', 'value');
  row('--', '--:');
  row('import, first half of the backlog', `${round(half)} /s`);
  row('import, second half', `${round(rest)} /s`);
  row('memory at rest', `${atRest} MB`);
  row(`memory after ${round(backlog / 2)} / ${round(backlog)} imported`, `${afterHalf} / ${afterAll} MB`);
  row('memory after a restart with that backlog', `${withBacklog} MB`);
  row('slope, restarted, per 100,000 of backlog', `${round(((withBacklog - atRest) / backlog) * 100_000, 1)} MB`);

  say('\n### Drain to the simulated portal, pacing off\n');
  row(
    'items a call',
    'dossiers /s',
    'exchanges /s',
    'portal calls',
    'snapshots / progress rows shown',
    'suspect',
    'memory MB',
  );
  row('--:', '--:', '--:', '--:', '--:', '--:', '--:');
  for (const batchSize of [1, 10]) {
    const copy = join(folder, `drain-${batchSize}`);
    mkdirSync(copy);
    for (const name of ['lienthong.db', 'lienthong.keyring'])
      copyFileSync(join(folder, 'drain', name), join(copy, name));
    const portal = pinned(1, ['mocks/national-portal/main.ts', '--port', '0'], {}, /^(\{.*\})$/);
    const { url, controlUrl } = JSON.parse(await portal.ready) as { url: string; controlUrl: string };
    const started = performance.now();
    const draining = await startGateway(join(copy, 'lienthong.db'), {
      NATIONAL_PORTAL_URL: url,
      NATIONAL_PORTAL_USERNAME: 'portal-user',
      NATIONAL_PORTAL_PASSWORD: 'portal-password',
      NATIONAL_PORTAL_UNIT: '000.00.00.H02',
      NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
      NATIONAL_PORTAL_POLICY: JSON.stringify({ batchSize, ratePerSecond: 1e6, burst: 1e6, concurrency: 32 }),
    });
    const look = async () =>
      (await (await fetch(`${controlUrl}/summary`)).json()) as {
        dossiers: number;
        progressRows: number;
        suspect: string[];
      };
    let seen = await look();
    const rows = backlog * 4;
    while (seen.progressRows < rows && performance.now() - started < 900_000) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      seen = await look();
    }
    const seconds = (performance.now() - started) / 1000;
    const { counters } = (await (await fetch(`${controlUrl}/state`)).json()) as {
      counters: { calls: Record<string, number> };
    };
    row(
      batchSize,
      round(backlog / seconds),
      round((backlog * 2) / seconds),
      round(Object.values(counters.calls).reduce((sum, calls) => sum + calls, 0)),
      `${round(seen.dossiers)} / ${round(seen.progressRows)}`,
      seen.suspect.length,
      draining.rssMb(),
    );
    await draining.stop();
    await portal.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
