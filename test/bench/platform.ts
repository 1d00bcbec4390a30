import { randomUUID } from 'node:crypto';
import { feeOf } from '../kit/till.ts';
import { benchBody } from './body.ts';
import { ADMIN_KEY } from './gateway.ts';
import { type Pinned, pinned } from './processes.ts';

export const PARTNER = 'DEMO02';
export const SECRET = 'khoa-bi-mat-thu-nghiem';

export interface BenchPlatform extends Pinned {
  readonly url: string;
  /** What the gateway is told of it, pacing off. */
  readonly env: Readonly<Record<string, string>>;
}

/** The simulated payment platform on core 1. */
export async function startPlatform(): Promise<BenchPlatform> {
  const process = pinned(
    1,
    ['mocks/payment-platform/main.ts', '--port', '0', '--partner', PARTNER, '--secret', SECRET],
    {},
    /^(\{.*\})$/,
  );
  const { url } = JSON.parse(await process.ready) as { url: string };
  return {
    ...process,
    url,
    env: {
      ...{ PAYMENT_PLATFORM_URL: url, PAYMENT_PLATFORM_PARTNER: PARTNER, PAYMENT_PLATFORM_SECRET: SECRET },
      ...{ PAYMENT_PLATFORM_IP: '10.0.0.1', VIETCOMBANK_ACCOUNT: '1012345678' },
      VIETCOMBANK_ACCOUNT_NAME: 'SO TAI CHINH',
      PAYMENT_PLATFORM_POLICY: JSON.stringify({ ratePerSecond: 1e6, burst: 1e6, concurrency: 64 }),
    },
  };
}

/** Opens a page for the dossier of this index; answers the payment's reference. */
export async function openPayment(gatewayUrl: string, index: number): Promise<string> {
  const answer = await fetch(`${gatewayUrl}/v1/payments`, {
    method: 'POST',
    headers: {
      ...{ authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify(feeOf(String(benchBody(index).code))),
  });
  if (answer.status !== 201) throw new Error(`a payment was answered ${answer.status}`);
  return ((await answer.json()) as { reference: string }).reference;
}
