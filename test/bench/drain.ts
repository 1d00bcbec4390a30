import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { STEPS } from './body.ts';
import { FIRST } from './codes.ts';
import { importDossiers, startGateway } from './gateway.ts';
import { shownRows, startPortal } from './portal.ts';
import { round, row, table } from './report.ts';
import type { Section } from './section.ts';

/**
 * The same backlog sent to the simulated portal at one and at ten items a call: from a store that holds nothing else, and
 * from one that holds delivered history too.
 */
export const draining: Section = async ({ folder, backlog, history }) => {
  const stores = { nothing: join(folder, 'empty'), 'delivered history': join(folder, 'history') };
  cpSync(await history(), stores['delivered history'], { recursive: true });
  for (const store of Object.values(stores)) {
    const gateway = await startGateway(join(store, 'lienthong.db'));
    await importDossiers(gateway.url, FIRST.backlog, FIRST.backlog + backlog);
    await gateway.stop();
  }
  table(
    'Drain to the simulated portal, pacing off',
    [
      ...['beside', 'items a call', 'dossiers /s', 'exchanges /s', 'portal calls'],
      ...['snapshots / progress rows shown', 'suspect', 'memory MB'],
    ],
    { words: true },
  );
  for (const batchSize of [1, 10])
    for (const [beside, store] of Object.entries(stores)) {
      const copy = join(folder, `${beside}-${batchSize}`);
      cpSync(store, copy, { recursive: true });
      const portal = await startPortal(batchSize);
      const started = performance.now();
      const gateway = await startGateway(join(copy, 'lienthong.db'), portal.env);
      const shown = await shownRows(portal, backlog * STEPS);
      const seconds = (performance.now() - started) / 1000;
      row(
        beside,
        batchSize,
        round(backlog / seconds),
        round((backlog * 2) / seconds),
        round(await portal.calls()),
        `${round(shown.dossiers)} / ${round(shown.progressRows)}`,
        shown.suspect.length,
        gateway.rssMb(),
      );
      await gateway.stop();
      await portal.stop();
    }
};
