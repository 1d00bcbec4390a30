import { defineConfig } from 'vitest/config';
import { onStores, processes, slow } from './test/suites.ts';

/** Bounds against a hang, not on speed: three runs at once on two cores stay inside them. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000, maxWorkers: '100%' };

export default defineConfig({
  test: {
    pool: 'forks',
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', 'data/**', ...processes, ...slow],
          ...limits,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: [...slow], ...limits, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: onStores('postgres'),
          env: { TEST_STORE: 'postgres' },
          globalSetup: 'test/kit/store/postgres-server.ts',
          ...limits,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'd1',
          include: onStores('d1'),
          env: { TEST_STORE: 'd1' },
          ...limits,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'processes',
          include: [...processes],
          globalSetup: 'test/kit/fill-compile-cache.ts',
          maxWorkers: 2,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
