/** The worked example of an adapter keeps the rules of `adapters/`, though it stands among the tests. */
export const practiceAdapter = 'test/practice/adapter';

/**
 * Who may use whom. A room that is not named may be used by nobody; an edge that is not written is an error of
 * `npm run check:house`. Rooms are the folders one below `src/`, and the other top folders as a whole.
 */
export const edges: Readonly<Record<string, readonly string[]>> = {
  'contracts/domain': [],
  'contracts/v1': ['contracts/domain'],

  adapters: ['contracts/domain'],

  'src/store': [],
  'src/platform': [],
  'src/crypto': ['src/store', 'src/platform'],
  'src/journal': ['contracts/domain', 'src/store', 'src/crypto', 'src/platform'],
  'src/observability': ['src/store', 'src/platform'],
  'src/access': ['contracts/domain', 'contracts/v1', 'src/observability', 'src/store', 'src/crypto', 'src/platform'],
  'src/delivery': [
    'contracts/domain',
    'contracts/v1',
    'adapters',
    'src/access',
    'src/peer-sessions',
    'src/store',
    'src/crypto',
    'src/platform',
  ],
  'src/dossiers': ['contracts/domain', 'contracts/v1', 'src/store', 'src/crypto', 'src/platform', 'src/delivery'],
  'src/events': [
    'contracts/domain',
    'contracts/v1',
    'adapters',
    'src/access',
    'src/store',
    'src/crypto',
    'src/platform',
    'src/delivery',
  ],
  'src/inbound': [
    'contracts/domain',
    'contracts/v1',
    'adapters',
    'src/access',
    'src/store',
    'src/crypto',
    'src/platform',
    'src/delivery',
    'src/events',
  ],
  'src/national-dossiers': [
    'contracts/domain',
    'contracts/v1',
    'src/store',
    'src/crypto',
    'src/platform',
    'src/inbound',
  ],
  'src/catalogue': ['contracts/domain', 'contracts/v1', 'adapters', 'src/store', 'src/platform', 'src/delivery'],
  'src/registers': ['contracts/domain', 'contracts/v1', 'src/store', 'src/crypto', 'src/platform'],

  'src/peer-sessions': ['adapters', 'src/store', 'src/crypto', 'src/platform'],

  'src/retention': ['src/store', 'src/crypto', 'src/platform'],

  'src/routes': [
    'contracts/domain',
    'contracts/v1',
    'adapters',
    'src/access',
    'src/catalogue',
    'src/crypto',
    'src/delivery',
    'src/dossiers',
    'src/events',
    'src/inbound',
    'src/journal',
    'src/national-dossiers',
    'src/observability',
    'src/platform',
    'src/registers',
    'src/store',
  ],
  'src/app': ['src/access', 'src/crypto', 'src/observability', 'src/platform', 'src/routes', 'src/store'],
  'src/room': ['adapters', 'src/crypto', 'src/delivery', 'src/inbound', 'src/platform', 'src/routes', 'src/store'],
  'src/config': ['contracts/domain', 'adapters', 'src/access', 'src/delivery', 'src/observability', 'src/retention'],
  'src/runtime': ['*'],

  mocks: ['contracts/domain'],
  test: ['*'],
  [practiceAdapter]: ['adapters', 'contracts/domain'],
  'test/practice/simulator': ['mocks', 'contracts/domain'],
};

/** Where a runtime's own API may be used. Everything else runs on any of them. */
export const runtimeFolders: readonly string[] = ['src/runtime/node/', 'mocks/', 'test/'];
export const runtimeFiles: readonly string[] = ['src/store/engine/sqlite.ts', 'vitest.config.ts'];

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
