import { join } from 'node:path';
import { FIRST } from './codes.ts';
import { ADMIN_KEY, importDossiers, startGateway } from './gateway.ts';
import { load } from './load.ts';
import { round, row, table } from './report.ts';
import { SECONDS, type Section } from './section.ts';

/** Lines that the import beside a load holds at most: more than it can write meanwhile. */
const LINES_AT_MOST = 200_000;

/** Accepts at 32 connections alone, and while an import that lasts as long runs against the same server. */
export const besideImport: Section = async ({ folder }) => {
  const gateway = await startGateway(join(folder, 'beside-import.db'));
  await load(gateway.url, ADMIN_KEY, 32, 2);
  table(
    'Accept beside an import: 32 connections',
    ['beside', 'durable accept /s', 'p50 ms', 'p99 ms', 'failed', 'import /s'],
    { words: true },
  );
  const alone = await load(gateway.url, ADMIN_KEY, 32, SECONDS);
  row('nothing', round(alone.perSecond), round(alone.p50Ms, 1), round(alone.p99Ms, 1), alone.failed, '');

  const over = new AbortController();
  const from = FIRST.besideLoad;
  const imported = importDossiers(gateway.url, from, from + LINES_AT_MOST, { until: over.signal });
  const beside = await load(gateway.url, ADMIN_KEY, 32, SECONDS);
  over.abort();
  const { perSecond, p50Ms, p99Ms, failed } = beside;
  row('an import', round(perSecond), round(p50Ms, 1), round(p99Ms, 1), failed, round(await imported));
  await gateway.stop();
};
