import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { deliveryState } from '../../contracts/domain/delivery.ts';
import { originOf } from './codes.ts';
import { ADMIN_KEY, type BenchGateway, startGateway } from './gateway.ts';
import { type Load, load } from './load.ts';
import { quantile, round, row, table } from './report.ts';
import { SECONDS, type Section } from './section.ts';
import { slowReader } from './slow-reader.ts';

/** What people and monitors look at. */
function lists(): readonly string[] {
  const now = Date.now();
  const instant = (ms: number): string => encodeURIComponent(`${new Date(ms).toISOString().slice(0, 19)}Z`);
  return [
    '/v1/exchanges?system=national-portal',
    ...['dead', 'delivered'].map((state) => `/v1/exchanges?state=${state}`),
    '/v1/systems',
    '/metrics',
    '/v1/dossiers',
    ...deliveryState.options.map((state) => `/v1/dossiers?delivery=${state}`),
    `/v1/dossiers?agency=${originOf(0).unit.code}`,
    '/v1/dossiers?agency=H99.99.99',
    ...['completed', 'withdrawn'].map((status) => `/v1/dossiers?status=${status}`),
    `/v1/dossiers?agency=${originOf(0).unit.code}&status=withdrawn`,
    `/v1/dossiers?changedSince=${instant(now - 60_000)}`,
    `/v1/dossiers?changedSince=${instant(now + 3_600_000)}`,
  ];
}

/** Every list is read this often at least, if it takes that long; then the measurement ends after `READ_FOR_MS`. */
const ROUNDS_AT_LEAST = 3;
const READ_FOR_MS = 20_000;
/** No measurement takes longer, however slow a list is. */
const READ_AT_MOST_MS = 180_000;

/** Reads the lists one after the other, again and again. Answers the milliseconds each took, until its last byte. */
async function readLists(gateway: BenchGateway, paths: readonly string[]): Promise<Map<string, number[]>> {
  const took = new Map(paths.map((path): [string, number[]] => [path, []]));
  const started = performance.now();
  const lasted = (ms: number): boolean => performance.now() - started > ms;
  for (let round = 0; !lasted(READ_FOR_MS) || round < ROUNDS_AT_LEAST; round++)
    for (const path of paths) {
      if (lasted(READ_AT_MOST_MS)) return took;
      const asked = performance.now();
      const answer = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_KEY}` } });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${path} was answered ${answer.status}`);
      took.get(path)?.push(performance.now() - asked);
    }
  return took;
}

/** Accepts at 32 connections while lists are read over delivered history, one of the readers slow; and each without the other. */
export const besideLists: Section = async ({ folder, history }) => {
  const store = join(folder, 'store');
  cpSync(await history(), store, { recursive: true });
  const gateway = await startGateway(join(store, 'lienthong.db'));
  const paths = lists();
  const quiet = await readLists(gateway, paths);
  const alone = await load(gateway.url, ADMIN_KEY, 32, SECONDS);
  const memory = gateway.rssMb();

  const endSlow = slowReader(gateway.url, '/v1/dossiers?limit=500');
  const over = new AbortController();
  const loading = load(gateway.url, ADMIN_KEY, 32, READ_AT_MOST_MS / 1000, over.signal);
  const busy = await readLists(gateway, paths).finally(() => over.abort());
  const beside = await loading;
  const slowKb = endSlow();

  table(
    'Accept beside lists, over delivered history: 32 connections',
    [...['beside', 'durable accept /s', 'p50 ms', 'p99 ms', 'failed', 'memory MB']],
    { words: true },
  );
  const line = (name: string, { perSecond, p50Ms, p99Ms, failed }: Load, mb: number): void =>
    row(name, round(perSecond), round(p50Ms, 1), round(p99Ms, 1), failed, mb);
  line('nothing', alone, memory);
  line(`lists, and a slow reader that took ${slowKb} KB`, beside, gateway.rssMb());

  table(
    'Lists, over delivered history',
    ['list', 'alone p50 ms', 'p95 ms', 'beside accepts p50 ms', 'p95 ms', 'times read'],
    { words: true },
  );
  for (const path of paths) {
    const [still = [], loaded = []] = [quiet.get(path), busy.get(path)];
    const cells = [still, loaded].flatMap((ms) => [round(quantile(ms, 0.5), 1), round(quantile(ms, 0.95), 1)]);
    row(`\`${path}\``, ...cells, `${still.length} / ${loaded.length}`);
  }
  await gateway.stop();
};
