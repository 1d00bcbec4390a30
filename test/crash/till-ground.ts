import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPlatform } from '../../mocks/payment-platform/server.ts';
import type { PlatformState } from '../../mocks/payment-platform/state.ts';
import { startVietcombank } from '../../mocks/vietcombank/server.ts';
import type { GatewayState } from '../../mocks/vietcombank/state.ts';
import { freshKeys as bankKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { startEcom } from '../../mocks/vietcombank-ecom/server.ts';
import type { EcomState } from '../../mocks/vietcombank-ecom/state.ts';
import { smallDossier } from '../kit/body.ts';
import { freshKeys, type GatewayProcess, spawnGateway } from '../kit/gateway-process.ts';
import { startRelay } from './relay.ts';

const DYING = fileURLToPath(new URL('./dying.ts', import.meta.url));
export const ACCOUNT = '1012345678';
/** Paid by the bank's own service; all other units by its gateway. */
export const ECOM_UNIT = 'H02.15.04';
/** What the kills' rows have paid. */
export const AMOUNT_VND = 8_000;

/** Short waits, so that doubt ends within a test. The quiet time outlasts everything that the simulators do late. */
const POLICY = JSON.stringify({
  ...{ timeoutMs: 1_000, quietMs: 1_200, inlineTries: 1, scheduleMs: [50, 100, 250], pollMs: [50, 200] },
  ...{ ratePerSecond: 1_000, burst: 1_000, concurrency: 16 },
  breaker: { windowMs: 2_000, minimumCalls: 1_000, minimumKeys: 500, failureRatio: 1, openMs: 100, maxOpenMs: 200 },
});

/** The three simulators of money, a store, and gateways that are started on it one after the other. */
export interface TillGround {
  readonly platform: PlatformState;
  readonly bank: GatewayState;
  readonly ecom: EcomState;
  readonly databaseFile: string;
  readonly masterKey: string;
  /** The one that serves now. */
  readonly gateway: GatewayProcess;
  readonly kills: number;
  start(): Promise<void>;
  /** It dies at this commit, as `diesAt` reads it. */
  dieAt(order: string): void;
  /** Waits until it killed itself, or kills it, and makes sure that it was that. */
  killed(signal?: 'SIGKILL'): Promise<void>;
  dossier(code: string, unit: string): Promise<void>;
  /** The same, and what it was answered. */
  putDossier(code: string, unit: string): Promise<{ readonly status: number }>;
  /** The key of a new person in the role finance. */
  person(): Promise<string>;
  close(): Promise<void>;
}

export async function tillGround(seed = 1): Promise<TillGround> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-till-'));
  const databaseFile = join(folder, 'lienthong.db');
  const dieFile = join(folder, 'die-at');
  const keys = freshKeys();
  const [secret, creditSecret] = [keys.portalPassword, `credit-${keys.portalPassword}`];
  const relay = await startRelay();
  const platform = await startPlatform({ seed, settings: { secret } });
  const bank = await startVietcombank({ seed });
  const ecom = await startEcom({ seed, settings: bankKeys(Date.now()) });
  const callbacks = `${relay.url}/callbacks`;
  // Whoever was not answered tells again, soon and for longer than a start takes.
  const again = { noticeAttempts: 100, noticeRetryMs: 200, noticeTimeoutMs: 3_000 };
  Object.assign(platform.state.settings, {
    ...again,
    notifyUrl: `${callbacks}/payment-platform/dpnhankqthanhtoanhs`,
  });
  Object.assign(bank.state.settings, again, { creditAttempts: 100, creditRetryMs: 200, creditSecret });
  bank.state.settings.creditUrl = `${callbacks}/vietcombank/credit-notice`;
  Object.assign(ecom.state.settings, again, { notifyUrl: `${callbacks}/vietcombank-ecom/notify` });
  const env = {
    ...{ LOG_LEVEL: 'error', DIE_FILE: dieFile, PUBLIC_URL: relay.url },
    ...{ PAYMENT_PLATFORM_URL: platform.url, PAYMENT_PLATFORM_PARTNER: platform.state.settings.partner },
    ...{ PAYMENT_PLATFORM_SECRET: secret, PAYMENT_PLATFORM_ALLOW: '127.0.0.1', PAYMENT_PLATFORM_IP: '10.0.0.1' },
    ...{ VIETCOMBANK_URL: bank.url, VIETCOMBANK_SITE_CODE: bank.state.settings.merchant },
    ...{ VIETCOMBANK_PASSCODE: bank.state.settings.passcode, VIETCOMBANK_NOTICE_SECRET: creditSecret },
    ...{ VIETCOMBANK_ACCOUNT: ACCOUNT, VIETCOMBANK_ACCOUNT_NAME: 'SO TAI CHINH' },
    ...{ VIETCOMBANK_ECOM_URL: ecom.url, VIETCOMBANK_ECOM_PARTNER: ecom.state.settings.partner },
    ...{ VIETCOMBANK_ECOM_AES_KEY: ecom.state.settings.aesSecret },
    ...{ VIETCOMBANK_ECOM_SIGNING_KEY: ecom.state.settings.partnerSecretKey },
    ...{ VIETCOMBANK_ECOM_TRUSTED_CERTS: ecom.state.settings.bankCertificate },
    ...{ PAYMENT_PLATFORM_POLICY: POLICY, VIETCOMBANK_POLICY: POLICY, VIETCOMBANK_ECOM_POLICY: POLICY },
  };
  let gateway: GatewayProcess | undefined;
  let kills = 0;
  const dieAt = (order: string): void => writeFileSync(dieFile, order);

  const ground: TillGround = {
    ...{ platform: platform.state, bank: bank.state, ecom: ecom.state, databaseFile, masterKey: keys.masterKey },
    get gateway() {
      if (gateway === undefined) throw new Error('no gateway serves');
      return gateway;
    },
    get kills() {
      return kills;
    },
    async start() {
      dieAt('');
      gateway = await spawnGateway({ databaseFile, keys, entry: DYING, env }).ready;
      relay.leadTo(Number(new URL(gateway.url).port));
    },
    dieAt,
    async killed(signal) {
      const dying = ground.gateway;
      if (signal !== undefined) dying.signal(signal);
      const late = setTimeout(() => dying.signal('SIGTERM'), 20_000);
      const ended = await dying.ended;
      clearTimeout(late);
      gateway = undefined;
      relay.leadTo(undefined);
      if (ended.signal !== 'SIGKILL')
        throw new Error(`it lived on past the moment, or ended by itself:\n${dying.output().slice(-4_000)}`);
      kills += 1;
    },
    putDossier(code, unit) {
      const small = smallDossier(code, 1);
      return ground.gateway.json('PUT', `/v1/dossiers/${code}`, { ...small, agency: { ...small.agency, code: unit } });
    },
    async dossier(code, unit) {
      const { status } = await ground.putDossier(code, unit);
      if (status !== 202) throw new Error(`the dossier was answered ${status}`);
    },
    async person() {
      const made = await ground.gateway.fetch('/v1/admin/keys', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ principal: { name: `person-${crypto.randomUUID()}`, role: 'finance', kind: 'person' } }),
      });
      if (made.status !== 201) throw new Error(`the key was answered ${made.status}`);
      return ((await made.json()) as { key: string }).key;
    },
    async close() {
      gateway?.signal('SIGKILL');
      await gateway?.ended;
      await Promise.all([relay, platform, bank, ecom].map((each) => each.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await ground.start();
  const account = {
    ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: '0123456789', accountName: 'UBND phường' },
    ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2022-01-01', validTo: null },
  };
  const put = await ground.gateway.json('PUT', `/v1/admin/beneficiaries/${ECOM_UNIT}`, { accounts: [account] });
  if (put.status !== 200) throw new Error(`the register was answered ${put.status}`);
  return ground;
}
