import { join } from 'node:path';
import { FIRST } from './codes.ts';
import { importDossiers, startGateway } from './gateway.ts';
import { round, row, table } from './report.ts';
import type { Section } from './section.ts';

/** How fast a backlog comes in, and what it costs in memory. */
export const importing: Section = async ({ folder, backlog }) => {
  const file = join(folder, 'import.db');
  const gateway = await startGateway(file);
  const middle = FIRST.backlog + Math.floor(backlog / 2);
  const atRest = gateway.rssMb();
  const first = await importDossiers(gateway.url, FIRST.backlog, middle);
  const afterHalf = gateway.rssMb();
  const second = await importDossiers(gateway.url, middle, FIRST.backlog + backlog);
  const afterAll = gateway.rssMb();
  await gateway.stop();
  const reopened = await startGateway(file);
  const withBacklog = reopened.rssMb();
  await reopened.stop();
  table('Import (NDJSON), and memory', ['figure', 'value'], { words: true });
  row('import, first half of the backlog', `${round(first)} /s`);
  row('import, second half', `${round(second)} /s`);
  row('memory at rest', `${atRest} MB`);
  row(`memory after ${round(backlog / 2)} / ${round(backlog)} imported`, `${afterHalf} / ${afterAll} MB`);
  row('memory after a restart with that backlog', `${withBacklog} MB`);
  row('slope, restarted, per 100,000 of backlog', `${round(((withBacklog - atRest) / backlog) * 100_000, 1)} MB`);
};
