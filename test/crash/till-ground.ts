import { startPlatform } from '../../mocks/payment-platform/server.ts';
import type { PlatformState } from '../../mocks/payment-platform/state.ts';
import { startVietcombank } from '../../mocks/vietcombank/server.ts';
import type { GatewayState } from '../../mocks/vietcombank/state.ts';
import { freshKeys as bankKeys } from '../../mocks/vietcombank-ecom/keys.ts';
import { startEcom } from '../../mocks/vietcombank-ecom/server.ts';
import type { EcomState } from '../../mocks/vietcombank-ecom/state.ts';
import { smallDossier } from '../kit/body.ts';
import { type KilledGateways, killedGateways, SHORT_WAITS } from './killed-gateways.ts';

export const ACCOUNT = '1012345678';
/** Paid by the bank's own service; all other units by its gateway. */
export const ECOM_UNIT = 'H02.15.04';
/** What the kills' rows have paid. */
export const AMOUNT_VND = 8_000;

/** The three simulators of money, a store, and gateways that are started on it one after the other. */
export interface TillGround extends KilledGateways {
  readonly platform: PlatformState;
  readonly bank: GatewayState;
  readonly ecom: EcomState;
  dossier(code: string, unit: string): Promise<void>;
  /** The same, and what it was answered. */
  putDossier(code: string, unit: string): Promise<{ readonly status: number }>;
}

export async function tillGround(seed = 1, environment: Readonly<Record<string, string>> = {}): Promise<TillGround> {
  const killed = await killedGateways('till');
  const [secret, creditSecret] = [killed.keys.portalPassword, `credit-${killed.keys.portalPassword}`];
  const platform = await startPlatform({ seed, settings: { secret } });
  const bank = await startVietcombank({ seed });
  const ecom = await startEcom({ seed, settings: bankKeys(Date.now()) });
  const callbacks = `${killed.publicUrl}/callbacks`;
  // Whoever was not answered tells again, soon and for longer than a start takes.
  const again = { noticeAttempts: 100, noticeRetryMs: 200, noticeTimeoutMs: 3_000 };
  Object.assign(platform.state.settings, {
    ...again,
    notifyUrl: `${callbacks}/payment-platform/dpnhankqthanhtoanhs`,
  });
  Object.assign(bank.state.settings, again, { creditAttempts: 100, creditRetryMs: 200, creditSecret });
  bank.state.settings.creditUrl = `${callbacks}/vietcombank/credit-notice`;
  Object.assign(ecom.state.settings, again, { notifyUrl: `${callbacks}/vietcombank-ecom/notify` });
  Object.assign(killed.env, {
    ...{ PAYMENT_PLATFORM_URL: platform.url, PAYMENT_PLATFORM_PARTNER: platform.state.settings.partner },
    ...{ PAYMENT_PLATFORM_SECRET: secret, PAYMENT_PLATFORM_ALLOW: '127.0.0.1', PAYMENT_PLATFORM_IP: '10.0.0.1' },
    ...{ VIETCOMBANK_URL: bank.url, VIETCOMBANK_SITE_CODE: bank.state.settings.merchant },
    ...{ VIETCOMBANK_PASSCODE: bank.state.settings.passcode, VIETCOMBANK_NOTICE_SECRET: creditSecret },
    ...{ VIETCOMBANK_ACCOUNT: ACCOUNT, VIETCOMBANK_ACCOUNT_NAME: 'SO TAI CHINH' },
    ...{ VIETCOMBANK_ECOM_URL: ecom.url, VIETCOMBANK_ECOM_PARTNER: ecom.state.settings.partner },
    ...{ VIETCOMBANK_ECOM_AES_KEY: ecom.state.settings.aesSecret },
    ...{ VIETCOMBANK_ECOM_SIGNING_KEY: ecom.state.settings.partnerSecretKey },
    ...{ VIETCOMBANK_ECOM_TRUSTED_CERTS: ecom.state.settings.bankCertificate },
    ...{ PAYMENT_PLATFORM_POLICY: SHORT_WAITS, VIETCOMBANK_POLICY: SHORT_WAITS, VIETCOMBANK_ECOM_POLICY: SHORT_WAITS },
    ...environment,
  });
  const closeGateways = killed.close;
  const ground: TillGround = Object.assign(killed, {
    ...{ platform: platform.state, bank: bank.state, ecom: ecom.state },
    putDossier(code: string, unit: string) {
      const small = smallDossier(code, 1);
      return killed.gateway.json<never>('PUT', `/v1/dossiers/${code}`, {
        ...small,
        agency: { ...small.agency, code: unit },
      });
    },
    async dossier(code: string, unit: string) {
      const { status } = await ground.putDossier(code, unit);
      if (status !== 202) throw new Error(`the dossier was answered ${status}`);
    },
    async close() {
      await closeGateways();
      await Promise.all([platform, bank, ecom].map((each) => each.close()));
    },
  });
  await ground.start();
  const account = {
    ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: '0123456789', accountName: 'UBND phường' },
    ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2022-01-01', validTo: null },
  };
  const put = await ground.gateway.json('PUT', `/v1/admin/beneficiaries/${ECOM_UNIT}`, { accounts: [account] });
  if (put.status !== 200) throw new Error(`the register was answered ${put.status}`);
  return ground;
}
