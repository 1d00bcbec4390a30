import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type LandControls, landSettings, simulatedLandOffices } from './land-processes.ts';
import { receiptSettings, simulatedReceipts } from './receipt-processes.ts';
import { type Simulator, simulatedTills, type TillControls, tillSettings } from './till-processes.ts';

export interface DemoProcesses {
  readonly gatewayUrl: string;
  readonly portalControlUrl: string;
  /** Of the platform and the two doors of the bank. */
  readonly tills: TillControls;
  /** Of the tax department's two gateways and the land system. */
  readonly landOffices: LandControls;
  /** Of the provider of e-receipts. */
  readonly receipts: string;
  readonly adminKey: string;
  /** Database, key ring and logs of this run. */
  readonly folder: string;
  /** Rejects when one of them ends before it is told to. */
  readonly died: Promise<never>;
  /** All have ended when it settles. */
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const leash = new URL('./leash.ts', import.meta.url).href;
/** Of the demo's own environment its processes get no more than this. */
const { PATH = '', NODE_COMPILE_CACHE } = process.env;
const handedOn = { PATH, ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }) };
/** A process that has not ended this long after it was asked to is killed, milliseconds. */
const STOP_LIMIT_MS = 15_000;

/** So quick that a day passes in a minute: the portal's own pace is set in `adapters/national-portal/policy.ts`. */
const DEMO_POLICY = {
  ratePerSecond: 500,
  burst: 100,
  concurrency: 8,
  batchSize: 10,
  quietMs: 2_000,
  scheduleMs: [500, 1_000, 2_000],
  breaker: { windowMs: 4_000, minimumCalls: 10, minimumKeys: 5, failureRatio: 0.5, openMs: 2_000, maxOpenMs: 4_000 },
};

/**
 * Starts the simulators and the gateway as processes of their own, on a fresh database with fresh keys. They are out of
 * reach of the terminal's Ctrl-C, so that only the demo ends them, in order; and they end with the demo.
 */
export async function startProcesses(port: number, signal: AbortSignal): Promise<DemoProcesses> {
  const folder = freshFolder();
  const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
  const adminKey = random(24).toString('base64url');
  const children: Child[] = [];
  let stopping = false;
  let fail: (error: Error) => void = () => {};
  const died = new Promise<never>((_, reject) => {
    fail = reject;
  });
  died.catch(() => {});

  async function start(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    speaks: 'stdout' | 'stderr',
    ready: RegExp,
  ): Promise<RegExpExecArray> {
    signal.throwIfAborted();
    const child = startChild(join(folder, `${name}.log`), args, env, speaks, ready);
    children.push(child);
    void child.ended.then(() => {
      if (!stopping) fail(new Error(`${name} ended; its log: ${join(folder, `${name}.log`)}`));
    });
    return child.ready;
  }
  async function stop(): Promise<void> {
    stopping = true;
    // The gateway first, so that what it is sending still finds the others.
    for (const child of children.reverse()) await child.stop();
  }
  signal.addEventListener('abort', () => void stop(), { once: true });

  try {
    const simulator = async (name: string, ...args: readonly string[]): Promise<Simulator> => {
      const main = join(root, `mocks/${name}/main.ts`);
      const [where = ''] = await start(name, [main, '--port', '0', ...args], {}, 'stdout', /^\{.*\}$/);
      return JSON.parse(where) as Simulator;
    };
    const [portal, tills, offices, receipts] = await Promise.all([
      simulator('national-portal'),
      simulatedTills(simulator, `http://127.0.0.1:${port}`),
      simulatedLandOffices(simulator, `http://127.0.0.1:${port}`),
      simulatedReceipts(simulator),
    ]);
    const [, gatewayUrl = ''] = await start(
      'gateway',
      [join(root, 'src/runtime/node/cli/main.mjs'), 'serve'],
      {
        PORT: String(port),
        DATABASE_URL: `sqlite:${join(folder, 'lienthong.db')}`,
        FILES_URL: `file:${join(folder, 'files')}`,
        MASTER_KEY: random(32).toString('base64'),
        ADMIN_KEY: adminKey,
        NATIONAL_PORTAL_URL: portal.url,
        NATIONAL_PORTAL_USERNAME: 'portal-user',
        NATIONAL_PORTAL_PASSWORD: 'portal-password',
        NATIONAL_PORTAL_UNIT: '000.00.00.H02',
        NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
        NATIONAL_PORTAL_ALLOW: '127.0.0.1',
        NATIONAL_PORTAL_POLICY: JSON.stringify(DEMO_POLICY),
        ...(await tillSettings(tills)),
        ...(await landSettings(offices)),
        ...receiptSettings(receipts),
      },
      'stderr',
      /^lienthong (http:\S+)/,
    );
    const controls = {
      platform: tills.platform.controlUrl,
      gateway: tills.gateway.controlUrl,
      ecom: tills.ecom.controlUrl,
    };
    const landOffices = {
      tax: offices.tax.controlUrl,
      landTax: offices.landTax.controlUrl,
      landSystem: offices.landSystem.controlUrl,
    };
    const portalControlUrl = portal.controlUrl;
    const peers = { portalControlUrl, tills: controls, landOffices, receipts: receipts.controlUrl };
    return { gatewayUrl, ...peers, adminKey, folder, died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Child {
  /** What it said that matched. */
  readonly ready: Promise<RegExpExecArray>;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** `speaks` is the output on which it says that it is ready; both go to the log. */
function startChild(
  logFile: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  speaks: 'stdout' | 'stderr',
  ready: RegExp,
): Child {
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(process.execPath, ['--import', leash, ...args], {
    cwd: root,
    env: { ...handedOn, ...env },
    stdio: ['ignore', speaks === 'stdout' ? 'pipe' : log, speaks === 'stderr' ? 'pipe' : log, 'ipc'],
    detached: true,
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    ready: new Promise((resolve, reject) => {
      const output = child[speaks];
      if (output !== null)
        createInterface({ input: output }).on('line', (line) => {
          appendFileSync(logFile, `${line}\n`);
          const match = ready.exec(line);
          if (match !== null) resolve(match);
        });
      void ended.then(() => reject(new Error(`a process of the demo could not start; its log: ${logFile}`)));
    }),
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
      await ended;
      clearTimeout(limit);
    },
  };
}

/** A folder for this run; those of demos that have ended are cleared away. */
function freshFolder(): string {
  const runs = join(root, 'data', 'demo');
  mkdirSync(runs, { recursive: true });
  for (const name of readdirSync(runs)) if (!lives(Number(name))) rmSync(join(runs, name), { recursive: true });
  const folder = join(runs, String(process.pid));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  return folder;
}

function lives(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** The port asked for when nobody has it, else a free one. */
export async function freePort(wanted: number): Promise<number> {
  return (await canListen(wanted)) ?? (await canListen(0)) ?? 0;
}

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}
