import { Worker } from 'node:worker_threads';

export interface Checkpoints {
  /** Empties the log as soon as no read is at it: what was written before is not even there any more. */
  empty(): void;
  /** Settles when the worker has let go of the file. */
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/**
 * Copies what the write-ahead log holds into the database's file, in a thread of its own, so that an accept does not
 * wait for it. A passive checkpoint never holds the writer up; the writer's own, for a log that grew long all the same,
 * then finds little left to copy. Nothing is more or less durable for it: the log was synced before each answer.
 */
export function keepCheckpointing(file: string, everyMs = EVERY_MS): Checkpoints {
  const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
    workerData: { file, everyMs },
  });
  // Without it the writer checkpoints by itself: slower, and as safe.
  worker.on('error', () => {});
  worker.unref();
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  return {
    empty: () => worker.postMessage('empty'),
    stop: async () => {
      worker.ref();
      worker.postMessage('stop');
      await ended;
    },
  };
}
