import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/runtime/node/cli/main.mjs', import.meta.url));

export interface CommandEnded {
  /** Null when a signal ended it. */
  readonly status: number | null;
  readonly out: string;
  readonly errors: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandEnded>;
  /** What it has said so far on standard output. */
  said(): string;
}

/** `lienthong ARGS` (or another program of the repository) as a process of its own, with nothing in its environment but what is given and where compiled code is kept. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  program = MAIN,
  cwd = ROOT,
): RunningCommand {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', ...compileCache, ...env },
  });
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<CommandEnded>((resolve) => {
    child.once('close', (status) => resolve({ status, out, errors }));
  });
  return { child, ended, said: () => out };
}

export const command = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandEnded> =>
  startCommand(args, env).ended;
