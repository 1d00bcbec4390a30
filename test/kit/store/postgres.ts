import pg from 'pg';
import { afterAll, inject } from 'vitest';
import type { Engine } from '../../../src/store/engine.ts';
import { TEMPLATE } from './postgres-template.ts';

let admin: Promise<pg.Client> | undefined;
let made = 0;
let last: Promise<unknown> = Promise.resolve();
/** One after the other, as one connection takes them. */
function next<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const asked = last.then(ask);
  last = asked.catch(() => {});
  return asked;
}

async function connected(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: `${inject('postgresUrl')}/postgres` });
  await client.connect();
  return client;
}
afterAll(async () => {
  await last;
  await (await admin)?.end();
  admin = undefined;
});

/** Made while the test before it runs. */
let spare: Promise<string> | undefined;
async function newDatabase(): Promise<string> {
  admin ??= connected();
  const client = await admin;
  made += 1;
  const name = `store_${process.pid}_${process.env.VITEST_WORKER_ID ?? 0}_${made}`;
  await next(() => client.query(`create database ${name} template ${TEMPLATE}`));
  return name;
}

/** `open`s a new database of the run's PostgreSQL; it goes when the engine is closed. */
export async function newPostgres(open: (url: string) => Engine): Promise<Engine> {
  const name = await (spare ?? newDatabase());
  spare = newDatabase();
  // Where it fails, whoever takes it next hears of it.
  spare.catch(() => {});
  const engine = open(`${inject('postgresUrl')}/${name}`);
  return {
    ...engine,
    close: async () => {
      await engine.close();
      const client = await admin;
      void next(async () => client?.query(`drop database if exists ${name} with (force)`));
    },
  };
}
