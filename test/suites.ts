/** Suites that start real processes and load them: two at a time, after everything else. */
export const processes: readonly string[] = [
  'test/crash/**/*.test.ts',
  'test/end-to-end/**/*.test.ts',
  'test/security/**/*.test.ts',
];

/** Suites that start processes among others, or compute for seconds: `npm run test:quick` leaves them out too. */
export const slow: readonly string[] = [
  'adapters/conformance-recovery.test.ts',
  'adapters/conformance.test.ts',
  'adapters/national-portal/conformance.test.ts',
  'mocks/national-portal/main.test.ts',
  'mocks/year/day.test.ts',
  'mocks/year/year.test.ts',
  'src/delivery/delivery.property.test.ts',
  'src/runtime/node/backup.test.ts',
  'src/runtime/node/file-lock.test.ts',
  'src/store/engine/sqlite.test.ts',
  'test/practice/adapter/conformance.test.ts',
];
