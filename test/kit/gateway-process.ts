import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compileCache } from './compile-cache.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/runtime/node/cli/main.mjs', import.meta.url));

export interface GatewayOptions {
  /** `file` of the SQLite database; the key ring stands beside it. */
  readonly databaseFile: string;
  readonly keys: GatewayKeys;
  /** Up to and including `…/RestService/forward`; without it the portal is not configured. */
  readonly portalUrl?: string;
  readonly policy?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** The program that is run instead of `lienthong serve`. */
  readonly entry?: string;
}

/** The secrets of one installation: the same for every process that is started on its database. */
export interface GatewayKeys {
  readonly masterKey: string;
  readonly adminKey: string;
  readonly portalPassword: string;
}

export const freshKeys = (): GatewayKeys => ({
  masterKey: randomBytes(32).toString('base64'),
  adminKey: `admin-${randomBytes(18).toString('base64url')}`,
  portalPassword: `portal-${randomBytes(12).toString('base64url')}`,
});

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A gateway as a process of its own, reached only by what everybody can reach: its port, its output and signals. */
export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  readonly startedInMs: number;
  readonly ended: Promise<Ended>;
  /** All it has said so far, on both outputs. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Sends the signal and waits for the end. */
  stop(name?: NodeJS.Signals): Promise<Ended>;
  /** A request with the administrator's key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** A JSON request with the administrator's key. */
  json<Body>(method: string, path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: Body }>;
}

/** A child of ours that has not ended yet never outlives this process. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface Starting {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Rejects with the output when the process ends before it listens. */
  readonly ready: Promise<GatewayProcess>;
  signal(name: NodeJS.Signals): void;
}

/** Spawns the gateway and answers at once: so that it may be killed while it starts. */
export function spawnGateway(options: GatewayOptions): Starting {
  const { keys } = options;
  const began = performance.now();
  const args = options.entry === undefined ? [MAIN, 'serve'] : [options.entry];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH ?? '',
      ...compileCache,
      PORT: '0',
      DATABASE_URL: `sqlite:${options.databaseFile}`,
      MASTER_KEY: keys.masterKey,
      ADMIN_KEY: keys.adminKey,
      ...(options.portalUrl === undefined
        ? {}
        : {
            NATIONAL_PORTAL_URL: options.portalUrl,
            NATIONAL_PORTAL_USERNAME: 'portal-user',
            NATIONAL_PORTAL_PASSWORD: keys.portalPassword,
            NATIONAL_PORTAL_UNIT: '000.00.00.H02',
            NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
            NATIONAL_PORTAL_ALLOW: '127.0.0.1',
            NATIONAL_PORTAL_POLICY: JSON.stringify(options.policy ?? {}),
          }),
      ...options.env,
    },
  });
  children.add(child);
  const chunks: Buffer[] = [];
  const output = (): string => Buffer.concat(chunks).toString('utf8');
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  const signal = (name: NodeJS.Signals): void => void child.kill(name);
  const ready = new Promise<GatewayProcess>((resolve, reject) => {
    let found = false;
    const hear = (chunk: Buffer): void => {
      chunks.push(chunk);
      if (found) return;
      const url = /^lienthong (http:\S+)/m.exec(output())?.[1];
      if (url === undefined) return;
      found = true;
      resolve(running(url));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then(({ code, signal: by }) =>
      reject(new Error(`the gateway ended (${code ?? by}) before it listened:\n${output()}`)),
    );
  });
  ready.catch(() => {});

  function running(url: string): GatewayProcess {
    const withKey: GatewayProcess['fetch'] = (path, init = {}) =>
      fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${keys.adminKey}`, ...init.headers } });
    return {
      url,
      pid: child.pid ?? -1,
      startedInMs: Math.round(performance.now() - began),
      ended,
      output,
      signal,
      stop: (name = 'SIGTERM') => {
        signal(name);
        return ended;
      },
      fetch: withKey,
      json: async (method, path, body) => {
        const answer = await withKey(path, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        });
        const text = await answer.text();
        return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
      },
    };
  }
  return { pid: child.pid ?? -1, ended, ready, signal };
}

export const startGateway = (options: GatewayOptions): Promise<GatewayProcess> => spawnGateway(options).ready;

/** Asks again until it is so; rejects with `what` when it never was. Waits on another process: there is nothing to be told by. */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined> | Value | undefined,
  { withinMs = 90_000, everyMs = 20 } = {},
): Promise<Value> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
