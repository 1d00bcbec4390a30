import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Runs in a worker thread of its own: see `sqlite-checkpoints.ts`. */
const { file, everyMs } = workerData as { readonly file: string; readonly everyMs: number };
const database = new DatabaseSync(file);
database.exec('pragma busy_timeout = 0; pragma synchronous = full');

const timer = setInterval(() => {
  try {
    database.exec('pragma wal_checkpoint(passive)');
  } catch {
    // The writer meets a full disk or a lost file itself, and says so; the log of writes keeps what this did not copy.
  }
}, everyMs);

parentPort?.once('message', () => {
  clearInterval(timer);
  database.close();
  parentPort?.close();
});
