import type { ReceiptBook } from '../../mocks/kit/receipt-book.ts';
import { type RunningViettel, startViettel } from '../../mocks/viettel-receipt/server.ts';
import { type RunningVnpt, startVnpt } from '../../mocks/vnpt-receipt/server.ts';
import type { RoomParts } from '../../src/room.ts';
import type { HouseOptions } from './house.ts';
import { feeOf, openTill, type Till } from './till.ts';

/** Questions are asked again at once, so that a test need not wait. */
const AT_ONCE = JSON.stringify({
  ratePerSecond: 1_000,
  burst: 1_000,
  concurrency: 16,
  timeoutMs: 1_000,
  quietMs: 1_000,
  scheduleMs: [1_000],
});

export interface Provider {
  readonly running: RunningVnpt | RunningViettel;
  readonly book: ReceiptBook;
  readonly environment: Readonly<Record<string, string>>;
  /** By which each of it is done, for faults. */
  readonly services: Readonly<Record<'issue' | 'ask' | 'file' | 'replace' | 'cancel', string>>;
  /** Its "no". */
  readonly no: { readonly code: string; readonly message: string };
}

/** A simulated service of e-receipts, and how the product is told of it. */
export const providers = {
  vnpt: async (): Promise<Provider> => {
    const running = await startVnpt();
    const { account, password, username, servicePassword, pattern, serial } = running.state.settings;
    return {
      ...{ running, book: running.state.book },
      services: {
        ...{ issue: 'ImportAndPublishInv', ask: 'listInvByCusFkey', file: 'downloadInvPDFFkeyNoPay' },
        ...{ replace: 'AdjustInvoiceAction', cancel: 'cancelInv' },
      },
      no: { code: '20', message: 'Không tìm thấy dải biên lai' },
      environment: {
        ...{ RECEIPTS_URL: running.url, RECEIPTS_KIND: 'vnpt', RECEIPTS_POLICY: AT_ONCE },
        ...{ RECEIPTS_USERNAME: username, RECEIPTS_PASSWORD: servicePassword },
        ...{ RECEIPTS_ACCOUNT: account, RECEIPTS_ACCOUNT_PASSWORD: password },
        ...{ RECEIPTS_PATTERN: pattern, RECEIPTS_SERIAL: serial },
      },
    };
  },
  viettel: async (): Promise<Provider> => {
    const running = await startViettel();
    const { username, password, taxCode, template, series } = running.state.settings;
    return {
      ...{ running, book: running.state.book },
      services: {
        ...{ issue: 'createInvoice', ask: 'searchInvoiceByTransactionUuid', file: 'getInvoiceRepresentationFile' },
        ...{ replace: 'createInvoice', cancel: 'cancelTransactionInvoice' },
      },
      no: { code: 'INVOICE_SERIAL_NOT_FOUND', message: 'Không tìm thấy dải biên lai' },
      environment: {
        ...{ RECEIPTS_URL: running.url, RECEIPTS_KIND: 'viettel', RECEIPTS_POLICY: AT_ONCE },
        ...{ RECEIPTS_USERNAME: username, RECEIPTS_PASSWORD: password, RECEIPTS_TAX_CODE: taxCode },
        ...{ RECEIPTS_PATTERN: template, RECEIPTS_SERIAL: series },
      },
    };
  },
} as const;

interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
}
export interface FeeOffice extends Till {
  /** What rooms stand on here. */
  readonly parts: RoomParts;
  /** A payment by transfer that the bank told of. */
  paid(dossierCode: string, more?: object): Promise<Payment>;
}

/** The product beside a service of e-receipts; `on` is what it stood on before. */
export async function openFeeOffice(
  environment: Readonly<Record<string, string>>,
  on: Pick<HouseOptions, 'engine' | 'keyring' | 'onLine'> = {},
): Promise<FeeOffice> {
  let parts: RoomParts | undefined;
  const probe = {
    name: 'probe',
    create: (given: RoomParts) => {
      parts = given;
      return {};
    },
  };
  const till = await openTill(environment, [probe], on);
  if (parts === undefined) throw new Error('the probe is made with the other rooms');
  return {
    ...till,
    parts,
    async paid(dossierCode, more = {}) {
      await till.dossier(dossierCode);
      const order = feeOf(dossierCode, { method: 'vietqr', ...more });
      const made = await till.call<Payment>('POST', '/v1/payments', order);
      if (made.status !== 201) throw new Error(`the payment was answered ${made.status} ${JSON.stringify(made.body)}`);
      const { id, reference } = made.body;
      const amountVnd = order.items.reduce((sum, { amount }) => sum + amount.amount, 0);
      await till.bank.transfer([{ accountNumber: '1012345678', amountVnd, purpose: reference }]).told;
      const see = async () => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;
      await till.until(async () => (await see()).state === 'paid');
      return see();
    },
  };
}
