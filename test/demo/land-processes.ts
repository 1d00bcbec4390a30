import type { Simulator } from './till-processes.ts';

export type LandOffice = 'tax' | 'landTax' | 'landSystem';
export type LandControls = Readonly<Record<LandOffice, string>>;

/** Whoever calls the gateway as the land system has to know it. */
const securityCode = crypto.randomUUID();
/** A wait of hours passes in a second or two: the real paces stand in each adapter's `policy.ts`. */
const QUICK = { ratePerSecond: 200, burst: 100, concurrency: 4, quietMs: 1_000, scheduleMs: [500, 1_000, 2_000] };

/** The simulated tax department, the gateway between it and the land office, and the land system. */
export async function simulatedLandOffices(
  start: (name: string, ...args: readonly string[]) => Promise<Simulator>,
  gatewayUrl: string,
): Promise<Readonly<Record<LandOffice, Simulator>>> {
  const callbacks = `${gatewayUrl}/callbacks`;
  const pushed = `${callbacks}/tax/nhantbthuedvcqg`;
  const [tax, landTax, landSystem] = await Promise.all([
    start('tax', '--notice-url', pushed, '--proof-url', pushed),
    start('land-tax'),
    start(
      'land-system',
      ...['--kind', 'vbdlis', '--callback-url', `${callbacks}/land-system`],
      ...['--settings', JSON.stringify({ callbackSecret: securityCode })],
    ),
  ]);
  return { tax, landTax, landSystem };
}

/** The variables by which the gateway knows them; the keys of the two tax gateways are made by themselves. */
export async function landSettings({
  tax,
  landTax,
  landSystem,
}: Readonly<Record<LandOffice, Simulator>>): Promise<Readonly<Record<string, string>>> {
  const keysOf = async ({ controlUrl }: Simulator, prefix: string) => {
    const answer = await fetch(`${controlUrl}/keys`);
    const keys = (await answer.json()) as Readonly<Record<string, string>>;
    return Object.fromEntries(Object.entries(keys).map(([name, value]) => [`${prefix}_${name}`, value]));
  };
  return {
    ...(await keysOf(tax, 'TAX')),
    ...{ TAX_URL: tax.url, TAX_SENDER_CODE: 'H02', TAX_SENDER_NAME: 'TINH MAU' },
    TAX_POLICY: JSON.stringify({ ratePerSecond: 100, burst: 100 }),
    ...(await keysOf(landTax, 'LAND_TAX')),
    ...{ LAND_TAX_URL: landTax.url, LAND_TAX_POLICY: JSON.stringify({ ...QUICK, pollMs: [1_000] }) },
    ...{ LAND_SYSTEM_URL: landSystem.url, LAND_SYSTEM_KIND: 'vbdlis', LAND_SYSTEM_TIME_ZONE: 'UTC' },
    ...{ LAND_SYSTEM_SECURITY_CODE: securityCode, LAND_SYSTEM_POLICY: JSON.stringify(QUICK) },
  };
}
