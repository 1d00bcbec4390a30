import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A child on one core of its own, where the machine lets us pin it. */
export interface Pinned {
  readonly child: ChildProcess;
  /** The first line on its standard output that `wanted` takes. */
  readonly ready: Promise<string>;
  /** Resident memory, MB; 0 where the system does not tell. */
  rssMb(): number;
  stop(): Promise<void>;
}

const started = new Set<Pinned>();

/** Stops, by their ids, all that were started here and still run: after a failure too, nothing is left behind. */
export async function stopAll(): Promise<void> {
  await Promise.all([...started].map((process) => process.stop()));
}

export const canPin: boolean = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export function pinned(
  core: 0 | 1,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  wanted: RegExp,
): Pinned {
  const command = canPin ? ['taskset', '-c', String(core), process.execPath, ...args] : [process.execPath, ...args];
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const match = wanted.exec(line);
      if (match !== null) resolve(match[1] ?? match[0]);
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code} before it was ready`)));
  });
  const made: Pinned = {
    child,
    ready,
    rssMb: () => {
      const found = spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' });
      return Math.round(Number(found.stdout.trim() || 0) / 1024);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
  started.add(made);
  void ended.then(() => started.delete(made));
  return made;
}
