import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';
import type { PaymentSeen } from './asked.ts';
import { callControl } from './control.ts';
import { isLandTax } from './land-gateway.ts';
import {
  areReceiptsSound,
  type BookedReceipt,
  compareReceipts,
  type ReceiptAccounts,
  type ReceiptBooks,
  type ReceiptSeen,
} from './receipt-accounts.ts';

/** After this the demo no longer waits for both sides to agree, milliseconds. */
const SETTLE_LIMIT_MS = 30_000;
const LOOK_AGAIN_MS = 500;
const LOST_REPLIES = 5;

/** The e-receipts for what was paid by the bank's doors, which make none themselves. */
export class DayOfReceipts {
  readonly #client: GatewayClient;
  readonly #control: string;

  constructor(client: GatewayClient, control: string) {
    this.#client = client;
    this.#control = control;
  }

  /** The answers to the first few are lost, after these were issued. */
  async loseReplies(): Promise<void> {
    const match = { service: 'ImportAndPublishInv' };
    await callControl(this.#control, 'POST', 'faults', { kind: 'lose-reply', match, times: LOST_REPLIES });
  }

  /** Compares until both sides agree or the time is over. */
  async settle(signal: AbortSignal): Promise<ReceiptAccounts> {
    const paid: PaymentSeen[] = [];
    for await (const payment of this.#client.items<PaymentSeen>('/v1/payments'))
      if (payment.method !== 'national' && payment.state === 'paid' && !isLandTax(payment)) paid.push(payment);
    for (const deadline = Date.now() + SETTLE_LIMIT_MS; ; ) {
      const accounts = compareReceipts(paid, await this.#seen(paid), await this.#books());
      if (areReceiptsSound(accounts) || Date.now() > deadline) return accounts;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      signal.throwIfAborted();
    }
  }

  async #seen(paid: readonly PaymentSeen[]): Promise<ReadonlyMap<string, ReceiptSeen>> {
    const seen = paid.map(async ({ id, reference }) => {
      const path = `/v1/payments/${id}/fee-receipt`;
      return [reference, (await this.#client.json<ReceiptSeen>('GET', path)).body] as const;
    });
    return new Map(await Promise.all(seen));
  }

  async #books(): Promise<ReceiptBooks> {
    const [{ receipts }, { faultsApplied }] = await Promise.all([
      callControl<{ receipts: BookedReceipt[] }>(this.#control, 'GET', 'receipts'),
      callControl<{ faultsApplied: Record<string, number> }>(this.#control, 'GET', 'state'),
    ]);
    return { receipts, lostReplies: faultsApplied['lose-reply'] ?? 0 };
  }
}
