import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  'adapters/land-system/conformance.test.ts',
  'adapters/land-tax/conformance.test.ts',
  'adapters/national-portal/conformance.test.ts',
  'adapters/payment-platform/conformance.test.ts',
  'adapters/receipts/viettel/conformance.test.ts',
  'adapters/receipts/vnpt/conformance.test.ts',
  'adapters/tax/conformance.test.ts',
  'adapters/vietcombank/conformance.test.ts',
  'adapters/vietcombank-ecom/conformance.test.ts',
  'mocks/land-system/main.test.ts',
  'mocks/land-tax/main.test.ts',
  'mocks/national-portal/main.test.ts',
  'mocks/payment-platform/main.test.ts',
  'mocks/tax/main.test.ts',
  'mocks/vietcombank-ecom/main.test.ts',
  'mocks/vietcombank/main.test.ts',
  'mocks/viettel-receipt/main.test.ts',
  'mocks/vnpt-receipt/main.test.ts',
  'mocks/year/day.test.ts',
  'mocks/year/year.test.ts',
  'src/delivery/delivery.property.test.ts',
  'src/fee-receipts/fee-receipts.test.ts',
  'src/payments/mishaps.test.ts',
  'src/runtime/node/backup.test.ts',
  'src/runtime/node/restore-mark.test.ts',
  'src/runtime/node/file-lock.test.ts',
  'src/store/engine/sqlite.test.ts',
  'test/practice/adapter/conformance.test.ts',
];

/** Kits that open a store through `test/kit/store.ts`. */
const OPENS =
  /from '[^']*kit\/(?:store|room|desk|house|reconciling|journal|till|tax-office|delivery\/(?:bench|act-bench))\.ts'/;

/** Thousands of batches, for what is decided in memory: SQLite is enough. */
const COMPUTES = [
  'src/delivery/acts/every-step.test.ts',
  'src/delivery/acts/interactive.test.ts',
  'src/delivery/acts/queued.test.ts',
  'src/delivery/delivery.property.test.ts',
  'src/journal/verify.property.test.ts',
  // It waits for what must not come; passes on PostgreSQL by hand (`--project postgres` with this line out).
  'src/payments/mishaps.test.ts',
];
/** Minutes, where each batch travels to workerd: delivery over days of a moved clock, long journals. PostgreSQL has them. */
const DELIVERS =
  /^(src\/delivery\/(acts|sending)\/|src\/dossiers\/accept|src\/events\/webhooks|src\/exchanges\/interventions\/|src\/journal\/(acts|verify)|src\/payments\/|test\/practice\/)/;

/**
 * Every test of a room that stands on a store: `npm test` runs it on PostgreSQL and on D1 too, as it is. What composes
 * the product of one runtime (`src/runtime`, real processes) has that runtime's store.
 */
export function onStores(store: 'postgres' | 'd1'): string[] {
  const root = fileURLToPath(new URL('..', import.meta.url));
  return globSync('{src,test}/**/*.test.ts', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/^(src\/runtime|test\/(crash|end-to-end|security))\//.test(file) && !COMPUTES.includes(file))
    .filter((file) => store === 'postgres' || !DELIVERS.test(file))
    .filter((file) => OPENS.test(readFileSync(join(root, file), 'utf8')))
    .sort();
}
