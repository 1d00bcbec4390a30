import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Role } from '../../contracts/domain/role.ts';
import { startPlatform } from '../../mocks/payment-platform/server.ts';
import type { PlatformState } from '../../mocks/payment-platform/state.ts';
import { startVietcombank } from '../../mocks/vietcombank/server.ts';
import type { GatewayState } from '../../mocks/vietcombank/state.ts';
import { freshKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { startEcom } from '../../mocks/vietcombank-ecom/server.ts';
import type { EcomState } from '../../mocks/vietcombank-ecom/state.ts';
import type { Vault } from '../../src/crypto/vault.ts';
import type { RoomDefinition } from '../../src/room.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import { type Engine, type SqlValue, sql } from '../../src/store/engine.ts';
import { smallDossier } from './body.ts';
import { checkCounts } from './counts.ts';
import { HOUSE_KEY, type HouseOptions, house } from './house.ts';
import { checkJournal } from './journal-check.ts';

/** The product, composed whole, beside the simulated payment platform: both are reached over loopback. */
export interface Till {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: PlatformState;
  readonly bank: GatewayState;
  readonly ecom: EcomState;
  readonly url: string;
  call<Body = never>(
    method: string,
    path: string,
    body?: unknown,
    more?: { readonly key?: string; readonly by?: string },
  ): Promise<Answer<Body>>;
  /** The key of a new person in this role. */
  person(role: Role): Promise<string>;
  /** Hands a dossier over; it is held, nobody is there to be shown it. */
  dossier(code: string): Promise<void>;
  rows<Row extends object>(text: string, ...params: SqlValue[]): Promise<Row[]>;
  /** Waits until it is so, some seconds at most. */
  until(so: () => Promise<boolean>): Promise<void>;
  errors: string[];
  close(): Promise<void>;
}
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

const SECRET = 'khoa-bi-mat-thu-nghiem';
const PARTNER = 'DEMO02';
/** Made once: it takes its time. */
const keys = freshKeys(Date.now());
const NOTICE_SECRET = 'khoa-bao-co-thu-nghiem';
const PATIENCE_MS = 10_000;

export async function openTill(
  environment: Readonly<Record<string, string>> = {},
  rooms: readonly RoomDefinition[] = [],
  on: Pick<HouseOptions, 'engine' | 'platform' | 'keyring' | 'onLine'> = {},
): Promise<Till> {
  const platform = await startPlatform({ settings: { partner: PARTNER, secret: SECRET } });
  const bank = await startVietcombank();
  const ecom = await startEcom({ settings: keys });
  const transport = createUndiciTransport();
  const errors: string[] = [];
  let fetch: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const server = createAdaptorServer({ fetch: (request) => fetch(request) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const composed = await house({
    transport,
    rooms,
    ...on,
    onError: (sentence, fields) => errors.push(`${sentence} ${JSON.stringify(fields)}`),
    environment: {
      ...{ PUBLIC_URL: url, VIETCOMBANK_ACCOUNT: '1012345678', VIETCOMBANK_ACCOUNT_NAME: 'SO TAI CHINH' },
      ...{ PAYMENT_PLATFORM_URL: platform.url, PAYMENT_PLATFORM_PARTNER: PARTNER, PAYMENT_PLATFORM_SECRET: SECRET },
      ...{
        PAYMENT_PLATFORM_ALLOW: '127.0.0.1',
        PAYMENT_PLATFORM_IP: '10.0.0.1',
        ALLOWED_ORIGINS: 'https://example.vn',
      },
      ...{ VIETCOMBANK_URL: bank.url, VIETCOMBANK_SITE_CODE: bank.state.settings.merchant },
      ...{ VIETCOMBANK_PASSCODE: bank.state.settings.passcode, VIETCOMBANK_NOTICE_SECRET: NOTICE_SECRET },
      ...{ VIETCOMBANK_ECOM_URL: ecom.url, VIETCOMBANK_ECOM_PARTNER: ecom.state.settings.partner },
      ...{ VIETCOMBANK_ECOM_AES_KEY: ecom.state.settings.aesSecret },
      ...{ VIETCOMBANK_ECOM_SIGNING_KEY: ecom.state.settings.partnerSecretKey },
      ...{ VIETCOMBANK_ECOM_TRUSTED_CERTS: ecom.state.settings.bankCertificate },
      ...environment,
    },
  });
  bank.state.settings.creditUrl = `${url}/callbacks/vietcombank/credit-notice`;
  bank.state.settings.creditSecret = NOTICE_SECRET;
  ecom.state.settings.notifyUrl = `${url}/callbacks/vietcombank-ecom/notify`;
  fetch = (request) => composed.app.fetch(request, { remoteAddress: '127.0.0.1' });
  platform.state.settings.notifyUrl = `${url}/callbacks/payment-platform/dpnhankqthanhtoanhs`;
  platform.state.settings.lookupUrl = `${url}/callbacks/payment-platform/dptracuuthanhtoanhs`;
  platform.state.settings.returnUrl = `${url}/return/payment-platform`;
  await composed.start();
  const { engine, vault } = composed;

  const till: Till = {
    ...{ engine, vault, platform: platform.state, bank: bank.state, ecom: ecom.state, url, errors },
    async call<Body>(
      method: string,
      path: string,
      body?: unknown,
      { key = randomUUID(), by = HOUSE_KEY }: { key?: string; by?: string } = {},
    ) {
      const response = await globalThis.fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          authorization: `Bearer ${by}`,
          ...(method === 'POST' ? { 'idempotency-key': key } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json') === true;
      return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as Body };
    },
    async person(role) {
      const name = `person-${randomUUID()}`;
      const made = await till.call<{ key: string }>('POST', '/v1/admin/keys', {
        principal: { name, role, kind: 'person' },
      });
      if (made.status !== 201) throw new Error(`the key was answered ${made.status} ${JSON.stringify(made.body)}`);
      return made.body.key;
    },
    async dossier(code) {
      const { status } = await till.call('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1));
      if (status !== 202) throw new Error(`the dossier was answered ${status}`);
    },
    rows: (text, ...params) => engine.all(sql(text, ...params)),
    async until(so) {
      const end = performance.now() + PATIENCE_MS;
      while (!(await so())) {
        if (performance.now() > end) throw new Error('it did not come about');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await composed.stop(1_000);
      server.close();
      await checkCounts(engine);
      await checkJournal(engine, { held: false });
      await transport.close();
      await Promise.all([platform, bank, ecom].map((each) => each.close()));
      await engine.close();
    },
  };
  return till;
}

/** A request for the fee of a birth certificate. */
export const feeOf = (dossierCode: string, more: object = {}) => ({
  dossierCode,
  method: 'national',
  items: [{ kind: 'charge', code: 'LP01', name: 'Lệ phí hộ tịch', amount: { amount: 8_000, currency: 'VND' } }],
  payer: { name: 'Nguyễn Văn Mẫu', identity: { type: 'citizen-id', number: '024000000000' }, phone: '0900000000' },
  description: 'Le phi ho tich',
  ...more,
});
