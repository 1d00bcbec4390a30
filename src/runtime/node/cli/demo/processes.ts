import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface DemoProcesses {
  readonly gatewayUrl: string;
  readonly portalControlUrl: string;
  readonly adminKey: string;
  readonly folder: string;
  /** Rejects when one of them ends before it is told to. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../../../../', import.meta.url));

/** So quick that a day passes in a minute: the portal's own pace is set in `adapters/national-portal/policy.ts`. */
const DEMO_POLICY = {
  ratePerSecond: 500,
  burst: 100,
  concurrency: 8,
  quietMs: 2_000,
  scheduleMs: [500, 1_000, 2_000],
  breaker: { windowMs: 10_000, minimumCalls: 10, minimumKeys: 5, failureRatio: 0.5, openMs: 2_000, maxOpenMs: 4_000 },
};

/** Starts the portal's simulator and the gateway as processes of their own, on a fresh database with fresh keys. */
export async function startProcesses(port: number): Promise<DemoProcesses> {
  const folder = join(root, 'data', 'demo');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
  const adminKey = random(24).toString('base64url');
  const children: ChildProcess[] = [];
  let stopping = false;
  let fail: (error: Error) => void = () => {};
  const died = new Promise<never>((_, reject) => {
    fail = reject;
  });
  died.catch(() => {});

  function start(
    name: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    ready: RegExp,
  ): Promise<RegExpExecArray> {
    const log = openSync(join(folder, `${name}.log`), 'a');
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', name === 'gateway' ? log : 'pipe', name === 'gateway' ? 'pipe' : log],
    });
    closeSync(log);
    children.push(child);
    const spoken = name === 'gateway' ? child.stderr : child.stdout;
    return new Promise((resolve, reject) => {
      if (spoken !== null)
        createInterface({ input: spoken }).on('line', (line) => {
          const match = ready.exec(line);
          if (match !== null) resolve(match);
        });
      child.once('exit', (code) => {
        const error = new Error(`${name} ended with status ${code}; see ${join(folder, `${name}.log`)}`);
        reject(error);
        if (!stopping) fail(error);
      });
    });
  }
  async function stop(): Promise<void> {
    stopping = true;
    await Promise.all(
      children.reverse().map(
        (child) =>
          new Promise<void>((resolve) => {
            if (child.exitCode !== null) return resolve();
            child.once('exit', () => resolve());
            child.kill('SIGTERM');
          }),
      ),
    );
  }

  try {
    const [portal = ''] = await start(
      'portal',
      [join(root, 'mocks/national-portal/main.ts'), '--port', '0'],
      {},
      /^\{.*\}$/,
    );
    const { url: portalUrl, controlUrl } = JSON.parse(portal) as { url: string; controlUrl: string };
    const [, gatewayUrl = ''] = await start(
      'gateway',
      [join(root, 'src/runtime/node/cli/main.ts'), 'serve'],
      {
        PORT: String(port),
        DATABASE_URL: `sqlite:${join(folder, 'lienthong.db')}`,
        MASTER_KEY: random(32).toString('base64'),
        ADMIN_KEY: adminKey,
        NATIONAL_PORTAL_URL: portalUrl,
        NATIONAL_PORTAL_USERNAME: 'portal-user',
        NATIONAL_PORTAL_PASSWORD: 'portal-password',
        NATIONAL_PORTAL_UNIT: '000.00.00.H02',
        NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider',
        NATIONAL_PORTAL_ALLOW: '127.0.0.1',
        NATIONAL_PORTAL_POLICY: JSON.stringify(DEMO_POLICY),
      },
      /^lienthong (http:\S+)/,
    );
    return { gatewayUrl, portalControlUrl: controlUrl, adminKey, folder, died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
