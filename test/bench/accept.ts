import { join } from 'node:path';
import { ADMIN_KEY, startGateway } from './gateway.ts';
import { load } from './load.ts';
import { pinned } from './processes.ts';
import { round, row, table } from './report.ts';
import { SECONDS, type Section } from './section.ts';

/** Bare ceiling and durable accept, in turns, so that both meet the same noise. */
export const accept: Section = async ({ folder }) => {
  const bare = pinned(0, ['test/bench/bare.ts'], {}, /^(http:\S+)/);
  const bareUrl = await bare.ready;
  const gateway = await startGateway(join(folder, 'accept.db'));
  await load(bareUrl, ADMIN_KEY, 32, 2);
  await load(gateway.url, ADMIN_KEY, 32, 2);
  table('Accept: PUT /v1/dossiers/{code}, each new, with encryption and journal', [
    ...['connections', 'bare hono + zod /s', 'durable accept /s', 'ratio', 'p50 ms', 'p99 ms', 'failed'],
  ]);
  for (const connections of [1, 32, 256]) {
    const ceiling = await load(bareUrl, ADMIN_KEY, connections, SECONDS);
    const durable = await load(gateway.url, ADMIN_KEY, connections, SECONDS);
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
  await gateway.stop();
};
