/** Where a simulator is, as it says itself. */
export interface Simulator {
  readonly url: string;
  readonly controlUrl: string;
}
export type Till = 'platform' | 'gateway' | 'ecom';
export type TillControls = Readonly<Record<Till, string>>;

const PARTNER = 'DEMO02';
const MERCHANT = '101';
const secret = (): string => crypto.randomUUID();
const secrets = { platform: secret(), passcode: secret(), credits: secret() };

/** The simulated platform and the two doors of the bank, which tell the gateway at `gatewayUrl`. */
export async function simulatedTills(
  start: (name: string, ...args: readonly string[]) => Promise<Simulator>,
  gatewayUrl: string,
): Promise<Readonly<Record<Till, Simulator>>> {
  const callbacks = `${gatewayUrl}/callbacks`;
  const [platform, gateway, ecom] = await Promise.all([
    start(
      'payment-platform',
      ...['--partner', PARTNER, '--secret', secrets.platform],
      ...['--notify-url', `${callbacks}/payment-platform/dpnhankqthanhtoanhs`],
      ...['--return-url', `${gatewayUrl}/return/payment-platform`],
    ),
    start(
      'vietcombank',
      ...['--merchant', MERCHANT, '--passcode', secrets.passcode],
      ...['--credit-url', `${callbacks}/vietcombank/credit-notice`, '--credit-secret', secrets.credits],
    ),
    start('vietcombank-ecom', '--notify-url', `${callbacks}/vietcombank-ecom/notify`),
  ]);
  return { platform, gateway, ecom };
}

/** The variables by which the gateway knows them; the keys of the bank's second door are made by the bank. */
export async function tillSettings({
  platform,
  gateway,
  ecom,
}: Readonly<Record<Till, Simulator>>): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${ecom.controlUrl}/keys`);
  const keys = (await answer.json()) as Readonly<Record<string, string>>;
  return {
    PAYMENT_PLATFORM_URL: platform.url,
    PAYMENT_PLATFORM_PARTNER: PARTNER,
    PAYMENT_PLATFORM_SECRET: secrets.platform,
    PAYMENT_PLATFORM_IP: '127.0.0.1',
    VIETCOMBANK_URL: gateway.url,
    VIETCOMBANK_SITE_CODE: MERCHANT,
    VIETCOMBANK_PASSCODE: secrets.passcode,
    VIETCOMBANK_NOTICE_SECRET: secrets.credits,
    VIETCOMBANK_ECOM_URL: ecom.url,
    ...Object.fromEntries(Object.entries(keys).map(([name, value]) => [`VIETCOMBANK_ECOM_${name}`, value])),
  };
}
