import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A simulator as a process of its own, for its tests. */
export interface Spawned {
  readonly url: string;
  readonly controlUrl: string;
  /** Asks it to go, and answers its exit code. */
  end(): Promise<number | null>;
}

/** Starts a simulator's `main.ts` and reads where it is from its first line. */
export async function spawned(main: URL, args: readonly string[]): Promise<Spawned> {
  const child = spawn(process.execPath, [fileURLToPath(main), '--port', '0', ...args]);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url, controlUrl } = JSON.parse(line.toString()) as { url: string; controlUrl: string };
  return { url, controlUrl, end: () => ended(child) };
}

async function ended(child: ChildProcess): Promise<number | null> {
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
