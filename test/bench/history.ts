import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { STEPS } from './body.ts';
import { DOSSIERS_A_DAY, FIRST } from './codes.ts';
import { importDossiers, startGateway } from './gateway.ts';
import { multiply } from './multiply.ts';
import { shownRows, startPortal } from './portal.ts';
import { stopAll } from './processes.ts';
import { round, say } from './report.ts';

/** Dossiers that go the real way; more are made of them. */
const REAL_AT_MOST = 20_000;
/** How long sealing and numbering may take after the last delivery, milliseconds. */
const SETTLE_MS = 60_000;

/**
 * Makes a store of `count` dossiers, all delivered, in the folder: `node test/bench/history.ts FOLDER 300000`, for
 * `npm run bench -- --history FOLDER`. Two thirds have a second revision, so there are three exchanges and a third to each.
 *
 * Up to 20,000 go the real way: imported by the gateway, delivered to the simulated portal, sealed. Of more, a share is
 * made so and its rows are multiplied by SQL: subjects, the blind index, dossiers and their bodies, streams, exchanges and
 * their payloads, attempts, calls, journal, events, and what else has grown with them (see `multiply.ts`). Real in the
 * copies: how many rows there are and how long, their states, the order of ids and times, how codes and hashes lie
 * scattered, every index. Answers how many rows each multiplied table has then. Not real: sealed texts are those of another dossier and cannot be opened, seals of the journal
 * do not fit their lines, the portal has not seen the copies, and pages of the file are fuller than after years of writing.
 */
export async function makeHistory(folder: string, count: number): Promise<ReadonlyMap<string, number> | undefined> {
  if (existsSync(folder)) throw new Error(`${folder} is there already`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'lienthong.db');
  const times = Math.ceil(count / REAL_AT_MOST);
  const dossiers = Math.ceil(count / times);
  await deliver(file, dossiers);
  return times === 1 ? undefined : multiply(file, { times, dossiers, days: Math.ceil(dossiers / DOSSIERS_A_DAY) });
}

/** Two revisions through the gateway to the portal, ten items a call, and nothing left to do. */
async function deliver(file: string, dossiers: number): Promise<void> {
  const portal = await startPortal(10);
  const gateway = await startGateway(file, portal.env);
  const second = Math.ceil((dossiers * 2) / 3);
  const delivered = async (rows: number): Promise<void> => {
    const { progressRows } = await shownRows(portal, rows);
    if (progressRows < rows) throw new Error(`the portal shows ${progressRows} of ${rows} steps`);
  };
  await importDossiers(gateway.url, FIRST.history, FIRST.history + dossiers);
  await delivered(dossiers * STEPS);
  await importDossiers(gateway.url, FIRST.history, FIRST.history + second, { revision: 2 });
  await delivered(dossiers * STEPS + second);
  await atRest(file);
  await gateway.stop();
  await portal.stop();
}

/** Until every exchange is final, every line of the journal sealed and every event in the feed. */
async function atRest(file: string): Promise<void> {
  const database = new DatabaseSync(file, { readOnly: true });
  const waiting = database.prepare(
    `select (select count(*) from exchange where state not in ('delivered', 'superseded'))
          + (select count(*) from journal where position > (select coalesce(max(last), 0) from seal)) + (select count(*) from event where position is null) as n`,
  );
  try {
    for (const until = performance.now() + SETTLE_MS; Number(waiting.get()?.n) > 0; ) {
      if (performance.now() > until) throw new Error(`${waiting.get()?.n} rows of the history are not at rest`);
      await new Promise((done) => setTimeout(done, 250));
    }
  } finally {
    database.close();
  }
}

if (import.meta.main) {
  const [folder = '', count = ''] = process.argv.slice(2);
  if (folder === '' || !/^[1-9]\d{0,6}$/.test(count)) throw new Error('node test/bench/history.ts FOLDER DOSSIERS');
  const started = performance.now();
  try {
    const multiplied = await makeHistory(resolve(folder), Number(count));
    for (const [table, rows] of multiplied ?? []) say(`${table}: ${round(rows)}`);
    say(`made in ${round((performance.now() - started) / 1000)} s`);
  } finally {
    await stopAll();
  }
}
