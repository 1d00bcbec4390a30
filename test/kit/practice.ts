import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningPractice, startPractice } from '../practice/simulator/server.ts';
import { freshKeys, type GatewayProcess, type Starting, spawnGateway } from './gateway-process.ts';

const MAIN = fileURLToPath(new URL('../practice/main.ts', import.meta.url));
const DYING = fileURLToPath(new URL('../practice/dying.ts', import.meta.url));

/** Short waits, so that doubt ends within a test. The quiet time outlasts everything that the bureau does late. */
export const PRACTICE_POLICY = {
  timeoutMs: 1_000,
  quietMs: 1_200,
  inlineTries: 1,
  scheduleMs: [50, 100, 250],
  pollMs: [50, 200],
  ratePerSecond: 1_000,
  burst: 1_000,
  concurrency: 16,
  breaker: { windowMs: 2_000, minimumCalls: 1_000, minimumKeys: 500, failureRatio: 1, openMs: 100, maxOpenMs: 200 },
};

/** The practice bureau, a store, and gateways that are started on it one after the other. */
export interface PracticeGround {
  readonly bureau: RunningPractice;
  readonly databaseFile: string;
  readonly masterKey: string;
  /** `dieAt` as `test/practice/dying.ts` reads it. */
  spawn(dieAt?: string, policy?: object): Starting;
  start(dieAt?: string, policy?: object): Promise<GatewayProcess>;
  close(): Promise<void>;
}

export async function practiceGround(seed = 1): Promise<PracticeGround> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-practice-'));
  const databaseFile = join(folder, 'lienthong.db');
  const keys = freshKeys();
  const [password, signingKey] = [randomBytes(12).toString('base64url'), randomBytes(12).toString('base64url')];
  const bureau = await startPractice({ seed, settings: { password, signingKey } });
  const spawn: PracticeGround['spawn'] = (dieAt, policy = PRACTICE_POLICY) =>
    spawnGateway({
      databaseFile,
      keys,
      entry: dieAt === undefined ? MAIN : DYING,
      env: {
        LOG_LEVEL: 'error',
        PRACTICE_URL: bureau.url,
        PRACTICE_USERNAME: bureau.state.settings.username,
        PRACTICE_PASSWORD: password,
        PRACTICE_SIGNING_KEY: signingKey,
        PRACTICE_ALLOW: '127.0.0.1',
        PRACTICE_POLICY: JSON.stringify(policy),
        ...(dieAt === undefined ? {} : { DIE_AT: dieAt }),
      },
    });
  return {
    bureau,
    databaseFile,
    masterKey: keys.masterKey,
    spawn,
    start: (dieAt, policy) => spawn(dieAt, policy).ready,
    async close() {
      await bureau.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Answered<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A POST under a key; undefined where the connection was lost before the answer. */
export async function postUnder<Body>(
  gateway: GatewayProcess,
  path: string,
  key: string,
  body: object,
): Promise<Answered<Body> | undefined> {
  try {
    const answer = await gateway.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
  } catch {
    return undefined;
  }
}
