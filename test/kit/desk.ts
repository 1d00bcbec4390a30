import { randomBytes } from 'node:crypto';
import { utf8 } from '../../adapters/kit/bytes.ts';
import type { PrincipalKind, Role } from '../../contracts/domain/role.ts';
import { createAuthenticator, type TokenVerifier } from '../../src/access/authenticator.ts';
import { createKeys, type Keys } from '../../src/access/keys.ts';
import { scopesByRole } from '../../src/access/roles.ts';
import { type App, createApp, routed } from '../../src/app.ts';
import type { Vault } from '../../src/crypto/vault.ts';
import { type Log, logTo } from '../../src/observability/log.ts';
import { type Metrics, noMetrics } from '../../src/observability/metrics.ts';
import { Secret } from '../../src/observability/secret.ts';
import type { Platform } from '../../src/platform.ts';
import type { Authenticator } from '../../src/principal.ts';
import type { Assets } from '../../src/routes/assets.ts';
import { createIdempotency, type Idempotency } from '../../src/routes/idempotency.ts';
import { createRateLimiter } from '../../src/routes/rate-limit.ts';
import type { Route } from '../../src/routes/route.ts';
import type { Shell } from '../../src/routes/shell.ts';
import { requestIds } from '../../src/routes/trace.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import type { Engine } from '../../src/store/engine.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { checkCounts } from './counts.ts';
import { checkEvents } from './events.ts';
import { house } from './house.ts';
import { openStore } from './store.ts';

/** `at` is steady time; the wall is `wallAheadMs` from it. A test moves either. */
interface MovedPlatform extends Platform {
  at: number;
  wallAheadMs: number;
}

/** For tests of routes: the real mechanism over a real store in memory, and a key for each role. */
export interface TestDesk {
  readonly engine: Engine;
  readonly platform: MovedPlatform;
  readonly vault: Vault;
  readonly keys: Keys;
  readonly authenticator: Authenticator;
  readonly idempotency: Idempotency;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Every line of the log so far. */
  readonly lines: { level: string; sentence: string; fields: Readonly<Record<string, unknown>> }[];
  readonly shell: Shell;
  /** A key of a new principal. */
  key(role: Role, kind?: PrincipalKind): Promise<string>;
  /** An app of these routes alone. */
  serve(routes: readonly Route[]): Client;
  /** The routes of all rooms, over this desk's store, with its own credentials. */
  whole(given?: {
    readonly assets?: Assets;
    readonly authenticator?: Authenticator;
  }): Promise<Client & { readonly app: App }>;
  close(): Promise<void>;
}

export interface Client {
  /** `body` that is neither text nor bytes is sent as JSON. `key` travels as Bearer. */
  raw(request: Request): Promise<Response>;
  send(
    method: string,
    path: string,
    options?: {
      readonly key?: string | undefined;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      readonly from?: string;
    },
  ): Promise<{ readonly status: number; readonly headers: Headers; readonly text: string; readonly json: JsonValue }>;
}
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers as it likes
type JsonValue = any;

/** What each role may do in the product. */
export const scopesOf = scopesByRole(declaredBy(rooms).scopes);

export const TEST_ADMIN_KEY = 'a-key-for-tests-only-9f3kq27xw';

export async function testDesk(
  options: { readonly simulators?: boolean; readonly verifyToken?: TokenVerifier; readonly metrics?: Metrics } = {},
): Promise<TestDesk> {
  const platform = testPlatform();
  const engine = await openStore({ wallMs: () => platform.wall(), steadyMs: () => platform.steady() });
  await migrate(engine, () => {}, declaredBy(rooms).migrations);
  const vault = plainVault();
  const authenticator = createAuthenticator({
    engine,
    platform,
    scopesOf,
    adminKey: new Secret(TEST_ADMIN_KEY),
    verifyToken: options.verifyToken,
  });
  const keys = createKeys({ engine, platform, vault, onRevoked: authenticator.forget });
  const lines: TestDesk['lines'] = [];
  const log = logTo({
    level: 'debug',
    write: (level, sentence, fields) => void lines.push({ level, sentence, fields }),
  });
  const metrics = options.metrics ?? noMetrics;
  const simulators = options.simulators ?? true;
  const instance = 'test';
  const idempotency = createIdempotency({ engine, platform, vault, instance });
  const shell: Shell = {
    platform,
    authenticator,
    idempotency,
    limiter: createRateLimiter(platform),
    metrics,
    log,
    nextRequestId: requestIds(platform),
    simulators,
    checkAnswers: true,
  };
  return {
    engine,
    platform,
    vault,
    keys,
    authenticator,
    idempotency,
    metrics,
    log,
    lines,
    shell,
    key: async (role, kind = 'person') => {
      const made = await keys.create({ principal: { kind, name: `${role} for tests`, role }, test: false }, 'test');
      return made?.key ?? '';
    },
    serve: (routes) => clientOf(routed(routes, shell)),
    whole: async ({ assets, authenticator: other = authenticator } = {}) => {
      const { routes } = (await house({ engine, platform, ...(assets && { assets }) })).app;
      const app = createApp({
        ...{ routes, engine, platform, vault, metrics, log, instance, simulators },
        authenticator: other,
        checkAnswers: true,
      });
      return { ...clientOf(app), app };
    },
    close: () =>
      checkCounts(engine)
        .then(() => checkEvents(engine))
        .finally(() => engine.close()),
  };
}

/** Stands for a part that must not be used: whatever is asked of it, it throws when called. */
export function unusable<Part extends object>(name = 'part'): Part {
  const target = () => {};
  return new Proxy(target, {
    get: (_target, key) => (typeof key === 'symbol' || key === 'then' ? undefined : unusable(`${name}.${key}`)),
    apply: () => {
      throw new Error(`${name} is not part of this test`);
    },
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
  }) as unknown as Part;
}

function clientOf(app: Pick<App, 'fetch'>): Client {
  return {
    raw: async (request) => app.fetch(request, { remoteAddress: '127.0.0.1' }),
    send: async (method, path, { key, body, headers, from = '127.0.0.1' } = {}) => {
      const bytes =
        body === undefined
          ? undefined
          : body instanceof Uint8Array
            ? Uint8Array.from(body)
            : utf8(typeof body === 'string' ? body : JSON.stringify(body));
      const request = new Request(`http://127.0.0.1:8080${path}`, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(bytes === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': String(bytes.byteLength) }),
          ...headers,
        },
        ...(bytes === undefined ? {} : { body: bytes }),
      });
      const response = await app.fetch(request, { remoteAddress: from });
      const answer = await response.text();
      return { status: response.status, headers: response.headers, text: answer, json: parsed(answer) };
    },
  };
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A clock that the test moves (the store's too), and real random bytes. */
function testPlatform(): MovedPlatform {
  return {
    at: Date.UTC(2026, 0, 15, 1),
    wallAheadMs: 0,
    wall() {
      return this.at + this.wallAheadMs;
    },
    steady() {
      return this.at;
    },
    random: () => 0.5,
    bytes: (count) => new Uint8Array(randomBytes(count)),
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Enough of a vault for the mechanism: keyed digests, and the gateway's own words, which it hides from nobody. */
function plainVault(): Vault {
  return {
    ...unusable<Vault>('vault'),
    sealOwn: async (purpose, texts) => texts.map((text) => `${purpose}|${text}`),
    openOwn: async (purpose, sealed) =>
      sealed.map((text) => (text.startsWith(`${purpose}|`) ? text.slice(purpose.length + 1) : undefined)),
    mac: async (purpose, texts) =>
      Promise.all(
        texts.map(async (text) => {
          const bytes = new TextEncoder().encode(`${purpose}\n${text}`);
          return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))));
        }),
      ),
  };
}
