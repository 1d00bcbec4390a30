import type { Simulator } from './till-processes.ts';

const [servicePassword, password] = [crypto.randomUUID(), crypto.randomUUID()];
const ACCOUNTS = { username: 'dich-vu', account: 'can-bo', pattern: '01BLP0-001', serial: 'AB-22E' };

/** The simulated provider of e-receipts. */
export const simulatedReceipts = (
  start: (name: string, ...args: readonly string[]) => Promise<Simulator>,
): Promise<Simulator> =>
  start('vnpt-receipt', '--settings', JSON.stringify({ ...ACCOUNTS, servicePassword, password }));

/** The variables by which the gateway knows it; the real paces stand in `adapters/receipts/operations.ts`. */
export const receiptSettings = ({ url }: Simulator): Readonly<Record<string, string>> => ({
  ...{ RECEIPTS_URL: url, RECEIPTS_KIND: 'vnpt' },
  ...{ RECEIPTS_USERNAME: ACCOUNTS.username, RECEIPTS_PASSWORD: servicePassword },
  ...{ RECEIPTS_ACCOUNT: ACCOUNTS.account, RECEIPTS_ACCOUNT_PASSWORD: password },
  ...{ RECEIPTS_PATTERN: ACCOUNTS.pattern, RECEIPTS_SERIAL: ACCOUNTS.serial },
  RECEIPTS_POLICY: JSON.stringify({
    ...{
      ratePerSecond: 200,
      burst: 100,
      concurrency: 4,
      timeoutMs: 1_000,
      quietMs: 1_000,
      scheduleMs: [500, 1_000, 2_000],
    },
  }),
});
