import { DatabaseSync } from 'node:sqlite';
import { type Provider, providers } from '../kit/fee-office.ts';
import { SHORT_WAITS } from './killed-gateways.ts';
import { type TillGround, tillGround } from './till-ground.ts';

/** The simulators of money and one of e-receipts, a store, and gateways that are started on it one after the other. */
export interface FeeGround extends TillGround {
  readonly provider: Provider;
  /** As if the time had come for whatever waits to be begun anew, or for a document to be asked for again. */
  hurry(): void;
}

export async function feeGround(kind: keyof typeof providers): Promise<FeeGround> {
  const provider = await providers[kind]();
  const till = await tillGround(1, { ...provider.environment, RECEIPTS_POLICY: SHORT_WAITS });
  const closeTill = till.close;
  return Object.assign(till, {
    provider,
    hurry() {
      const database = new DatabaseSync(till.databaseFile, { timeout: 5_000 });
      try {
        database.exec('update fee_receipt set due_at = 0 where due_at > 0 and act is null');
      } finally {
        database.close();
      }
    },
    async close() {
      await closeTill();
      await provider.running.close();
    },
  });
}
