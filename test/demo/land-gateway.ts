import type { z } from 'zod';
import type { InboundSummary } from '../../contracts/v1/inbound.ts';
import type { landView } from '../../contracts/v1/land.ts';
import type { obligationView, receiptView, slipView } from '../../contracts/v1/tax.ts';
import { type GatewayClient, GatewayRefused } from '../../src/runtime/node/cli/client.ts';
import type { PaymentSeen } from './asked.ts';
import type { LandAsk } from './land-stories.ts';

export type LandSeen = z.output<typeof landView>;
export type SlipSeen = z.output<typeof slipView>;
type ObligationSeen = z.output<typeof obligationView>;
type ReceiptSeen = z.output<typeof receiptView>;

/** What the gateway says of one land dossier. */
export interface DossierSeen {
  readonly land: LandSeen | undefined;
  readonly slips: readonly SlipSeen[];
  readonly obligations: readonly ObligationSeen[];
  readonly receipts: readonly ReceiptSeen[];
}
export interface GatewaySeen {
  readonly dossiers: ReadonlyMap<string, DossierSeen>;
  /** Those of land taxes alone. */
  readonly payments: readonly PaymentSeen[];
  readonly inbound: readonly InboundSummary[];
}

/** How payments that the portal proves are named. */
export const isLandTax = ({ items }: Pick<PaymentSeen, 'items'>): boolean =>
  items.length > 0 && items.every(({ code }) => code.startsWith('TB-'));

export async function lookUp(client: GatewayClient, code: string): Promise<LandSeen | undefined> {
  try {
    return (await client.json<LandSeen>('GET', `/v1/land/dossiers/${encodeURIComponent(code)}`)).body;
  } catch (error) {
    if (error instanceof GatewayRefused && error.status === 404) return undefined;
    throw error;
  }
}

/** Asks the gateway for everything that it holds of these dossiers. */
export async function seenOf(
  client: GatewayClient,
  asks: readonly LandAsk[],
  slips: ReadonlyMap<string, readonly string[]>,
): Promise<GatewaySeen> {
  const listed = async <Item>(path: string, code: string) =>
    (await client.json<{ items: Item[] }>('GET', `${path}?dossierCode=${encodeURIComponent(code)}`)).body.items;
  const dossiers = new Map<string, DossierSeen>();
  for (const { dossier } of asks) {
    const [land, obligations, receipts, own] = await Promise.all([
      lookUp(client, dossier),
      listed<ObligationSeen>('/v1/tax/obligations', dossier),
      listed<ReceiptSeen>('/v1/tax/receipts', dossier),
      Promise.all(
        (slips.get(dossier) ?? []).map(
          async (id) => (await client.json<SlipSeen>('GET', `/v1/tax/transfer-slips/${id}`)).body,
        ),
      ),
    ]);
    dossiers.set(dossier, { land, slips: own, obligations, receipts });
  }
  const payments: PaymentSeen[] = [];
  for await (const payment of client.items<PaymentSeen>('/v1/payments')) if (isLandTax(payment)) payments.push(payment);
  const inbound: InboundSummary[] = [];
  for (const system of ['tax', 'land-system'])
    for await (const message of client.items<InboundSummary>(`/v1/inbound?system=${system}`)) inbound.push(message);
  return { dossiers, payments, inbound };
}
