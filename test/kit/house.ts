import { randomBytes } from 'node:crypto';
import type { AdapterDefinition, Transport } from '../../adapters/adapter.ts';
import { parseConfig } from '../../src/config.ts';
import { ed25519Signer } from '../../src/crypto/ed25519.ts';
import { type Keyring, memoryKeyringStore, openKeyring } from '../../src/crypto/keyring.ts';
import type { Vault } from '../../src/crypto/vault.ts';
import { webVault } from '../../src/crypto/vault-web.ts';
import { memoryAnchor } from '../../src/journal/anchor.ts';
import { logTo } from '../../src/observability/log.ts';
import { type MetricsPort, noMetrics } from '../../src/observability/metrics.ts';
import type { Platform } from '../../src/platform.ts';
import type { RoomDefinition } from '../../src/room.ts';
import type { Assets } from '../../src/routes/assets.ts';
import { type Composed, compose } from '../../src/runtime/compose.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { definitions as systems } from '../../src/runtime/systems.ts';
import type { Engine } from '../../src/store/engine.ts';
import { migrate } from '../../src/store/migrations/migrate.ts';
import { memoryFiles } from './files.ts';
import { openStore } from './store.ts';

export interface HouseOptions {
  readonly engine?: Engine;
  readonly platform?: Platform;
  /** Of a house that stood before over the same store. */
  readonly keyring?: Keyring;
  readonly assets?: Assets;
  /** Carries calls to systems; without one nobody is outside. */
  readonly transport?: Transport;
  readonly metrics?: MetricsPort;
  /** Told every error that the composition logs. */
  readonly onError?: (sentence: string, fields: object) => void;
  /** Told every line of the log. */
  readonly onLine?: (sentence: string, fields: object) => void;
  /** Rooms and adapters besides those of the product. */
  readonly rooms?: readonly RoomDefinition[];
  readonly adapters?: readonly AdapterDefinition<never>[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Its administrator's key. */
export const HOUSE_KEY = 'a-key-for-tests-only-9f3kq27xw';

/** The product composed as it stands, over a store in memory, with nothing of a runtime and nobody outside; not started. */
export async function house(
  options: HouseOptions = {},
): Promise<Composed & { readonly engine: Engine; readonly vault: Vault }> {
  const definitions = [...rooms, ...(options.rooms ?? [])];
  const { migrations, variables } = declaredBy(definitions);
  const platform = options.platform ?? testPlatform;
  const engine = options.engine ?? (await openStore());
  await migrate(engine, () => {}, migrations);
  const keyring = options.keyring ?? (await freshKeyring(platform));
  const vault = webVault(keyring, platform);
  const composed = await compose({
    config: parseConfig(
      { ADMIN_KEY: HOUSE_KEY, ...options.environment },
      {
        systems: [...systems, ...(options.adapters ?? [])],
        variables,
        readFile: () => '',
      },
    ),
    rooms: definitions,
    adapters: options.adapters ?? [],
    checkAnswers: true,
    ports: {
      ...{ engine, platform, keyring, vault },
      signer: await ed25519Signer(keyring.sealSeed),
      anchor: memoryAnchor([]),
      erasures: { append: async () => {}, read: async function* () {} },
      transport: options.transport ?? nobody,
      publicTransport: nobody,
      assets: options.assets ?? { read: async () => undefined },
      files: memoryFiles(),
      log: logTo({
        level: options.onLine === undefined ? 'error' : 'trace',
        write: (level, sentence, fields) => {
          options.onLine?.(sentence, fields);
          if (level === 'error') options.onError?.(sentence, fields);
        },
      }),
      metrics: options.metrics ?? noMetrics,
      fetch: () => Promise.reject(new Error('nobody is outside')),
      onFirstKey: () => {},
    },
  });
  return { ...composed, engine, vault };
}

export const freshKeyring = (platform: Platform = testPlatform): Promise<Keyring> =>
  openKeyring({ masterKey: randomBytes(32), store: memoryKeyringStore(), platform });

const nobody: Transport = { send: () => Promise.reject(new Error('nobody is outside')) };
const testPlatform: Platform = {
  wall: () => Date.now(),
  steady: () => Date.now(),
  random: () => 0.5,
  bytes: (count) => randomBytes(count),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
