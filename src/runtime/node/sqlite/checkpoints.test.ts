import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { until } from '../../../../test/kit/gateway-process.ts';
import { openSqlite } from '../../../store/engine/sqlite.ts';
import { sql } from '../../../store/engine.ts';
import { keepCheckpointing } from './checkpoints.ts';

const folder = mkdtempSync(join(tmpdir(), 'checkpoints-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('I1: copies the log into the file while the writer writes, and loses nothing', async () => {
  const file = join(folder, 'a.db');
  const engine = openSqlite({ file, checkpointPages: 1_000_000 });
  await engine.batch([sql('create table t (n bigint not null primary key, body text)')]);
  const before = statSync(file).size;
  const checkpoints = keepCheckpointing(file, 20);
  let written = 0;
  const write = async (): Promise<void> => {
    for (let end = written + 50; written < end; written++)
      await engine.batch([sql('insert into t values (?1, ?2)', written, 'x'.repeat(2_000))]);
  };
  await until('the file grows', async () => {
    await write();
    return statSync(file).size > before + 100_000;
  });
  await checkpoints.stop();
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(copy.prepare('select count(*) as n, max(n) as last from t').get()).toMatchObject({
    n: written,
    last: written - 1,
  });
  expect(copy.prepare('pragma integrity_check').get()).toMatchObject({ integrity_check: 'ok' });
  copy.close();
  await engine.close();
});
