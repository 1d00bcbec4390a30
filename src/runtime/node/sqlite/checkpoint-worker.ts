import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** Runs in a worker thread of its own: see `sqlite-checkpoints.ts`. */
const { file, everyMs } = workerData as { readonly file: string; readonly everyMs: number };
const database = new DatabaseSync(file);
database.exec('pragma busy_timeout = 0; pragma synchronous = full');

let toEmpty = false;
function copy(): void {
  try {
    const [done] = database.prepare(`pragma wal_checkpoint(${toEmpty ? 'truncate' : 'passive'})`).all();
    if (done?.busy === 0) toEmpty = false;
  } catch {
    // The writer meets a full disk or a lost file itself, and says so; the log of writes keeps what this did not copy.
  }
}
const timer = setInterval(copy, everyMs);

parentPort?.on('message', (message: 'empty' | 'stop') => {
  if (message === 'empty') {
    toEmpty = true;
    copy();
    return;
  }
  clearInterval(timer);
  database.close();
  parentPort?.close();
});
