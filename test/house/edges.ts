/** The worked example of an adapter keeps the rules of `adapters/`, though it stands among the tests. */
export const practiceAdapter = 'test/practice/adapter';

/**
 * Who may use whom. What is not named may be used by nobody; an edge that is not written is an error of
 * `npm run check:house`. Names are the folders and files one below `src/`, and the other top folders as a whole. Each
 * layer uses those above it here, and none uses what follows it.
 */
const contracts = {
  'contracts/domain': [],
  'contracts/v1': ['contracts/domain'],
  adapters: ['contracts/domain'],
};

/** What rooms stand on. */
const ground = {
  'src/store': [],
  'src/platform': [],
  'src/addresses': [],
  'src/error-words': [],
  'src/token-bucket': [],
  'src/principal': ['contracts/domain'],
  /** How journal lines and events are written: everything else stands on it. */
  'src/chronicle': ['src/store', 'src/platform'],
  'src/crypto': ['src/chronicle', 'src/store', 'src/platform'],
  'src/file-store': ['src/crypto', 'src/observability', 'src/platform'],
  'src/journal': ['contracts/domain', 'src/chronicle', 'src/store', 'src/crypto', 'src/platform'],
  'src/observability': ['src/store', 'src/error-words', 'src/platform'],
  'src/peer-sessions': ['adapters', 'src/store', 'src/crypto', 'src/platform'],
  'src/loop': ['src/platform', 'src/store'],
  'src/delivery': [
    'contracts/domain',
    'adapters',
    'src/chronicle',
    'src/peer-sessions',
    'src/error-words',
    'src/token-bucket',
    'src/store',
    'src/crypto',
    'src/loop',
    'src/platform',
  ],
  'src/routes': [
    'contracts/domain',
    'contracts/v1',
    'adapters',
    'src/addresses',
    'src/crypto',
    'src/delivery',
    'src/observability',
    'src/platform',
    'src/principal',
    'src/store',
    'src/token-bucket',
  ],
};
const everyRoom = [...Object.keys(contracts), ...Object.keys(ground), 'src/room'] as const;

/** Rooms use the ground, and of each other what is written here. A new room is one line. */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  'src/access': [],
  'src/catalogue': [],
  'src/clock': [],
  'src/dossiers': ['src/exchanges'],
  'src/events': ['src/access', 'src/exchanges'],
  'src/exchanges': ['src/access'],
  'src/fee-receipts': ['src/events', 'src/files', 'src/payments'],
  'src/files': [],
  'src/inbound': [],
  'src/land': ['src/dossiers', 'src/payments'],
  'src/national-dossiers': [],
  'src/payments': ['src/access', 'src/dossiers', 'src/files', 'src/registers'],
  'src/process': [],
  'src/reconciliation': ['src/access', 'src/dossiers', 'src/payments', 'src/registers'],
  'src/registers': [],
  'src/retention': [],
  'src/sealing': ['src/exchanges'],
  'src/systems': [],
  'src/tax': ['src/dossiers', 'src/files', 'src/payments'],
};

export const edges: Readonly<Record<string, readonly string[]>> = {
  ...contracts,
  ...ground,
  'src/room': Object.keys(ground).concat('adapters'),
  ...Object.fromEntries(Object.entries(rooms).map(([room, others]) => [room, [...everyRoom, ...others]])),
  'src/app': ['src/crypto', 'src/observability', 'src/platform', 'src/principal', 'src/routes', 'src/store'],
  'src/config': [
    'contracts/domain',
    'adapters',
    'src/addresses',
    'src/delivery',
    'src/file-store',
    'src/observability',
  ],
  'src/runtime': [...everyRoom, ...Object.keys(rooms), 'src/app', 'src/config'],
  'src/runtime/node': [...everyRoom, ...Object.keys(rooms), 'src/app', 'src/config', 'src/runtime'],

  mocks: ['contracts/domain'],
  test: ['*'],
  [practiceAdapter]: ['adapters', 'contracts/domain'],
  'test/practice/simulator': ['mocks', 'contracts/domain'],
};

/** Where a runtime's own API may be used. Everything else runs on any of them. */
export const runtimeFolders: readonly string[] = ['src/runtime/node/', 'mocks/', 'test/'];
export const runtimeFiles: readonly string[] = [
  'src/store/engine/postgres.ts',
  'src/store/engine/clock-functions.ts',
  'src/store/engine/sqlite.ts',
  'vitest.config.ts',
];

/** Names that exist on one runtime only, or that must be handed in (`src/platform.ts`). */
export const runtimeGlobals: readonly RegExp[] = [
  /\bprocess\.(?!env\b.*=>)/,
  /\bBuffer\b/,
  /\bsetTimeout\(/,
  /\bsetInterval\(/,
  /\bsetImmediate\(/,
  /\bMath\.random\(/,
  /\bDate\.now\(/,
  /\bnew Date\(\)/,
  /\b__dirname\b/,
];
