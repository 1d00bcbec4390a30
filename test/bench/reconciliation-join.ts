import { DuckDBInstance } from '@duckdb/node-api';
import { filesIn } from './reconciliation-store.ts';

/** What DuckDB takes. */
export interface Joined {
  readonly seconds: number;
  readonly pairs: number;
}

/** Loads the folder's records and lines from CSV into tables in memory and joins them, on one thread, some times over. */
async function joined(folder: string, times: number): Promise<Joined> {
  const { records, lines } = filesIn(folder);
  const took: number[] = [];
  let pairs = 0;
  for (let turn = 0; turn < times; turn += 1) {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    const begun = performance.now();
    await connection.run(`create table records as from read_csv('${records}', header = true)`);
    await connection.run(`create table lines as from read_csv('${lines}', header = true)`);
    const answer = await connection.runAndReadAll(
      'select count(*) from records join lines on records.reference = lines.reference and records.amount = lines.amount',
    );
    took.push((performance.now() - begun) / 1_000);
    pairs = Number(answer.getRows()[0]?.[0]);
    connection.closeSync();
    instance.closeSync();
  }
  took.sort((one, other) => one - other);
  return { seconds: took[Math.floor(took.length / 2)] ?? 0, pairs };
}

process.stdout.write(`${JSON.stringify(await joined(process.argv[2] ?? '', 3))}\n`);
