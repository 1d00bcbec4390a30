import { type RunningLandTax, startLandTax } from '../../mocks/land-tax/server.ts';
import { noticeRow, pushNotice, pushProof } from '../../mocks/tax/pushes.ts';
import { type RunningTax, startTax } from '../../mocks/tax/server.ts';
import type { RoomDefinition } from '../../src/room.ts';
import { openTill, type Till } from './till.ts';

/** The product beside the simulated tax department and the gateway between it and the land office. */
export interface TaxOffice extends Till {
  readonly tax: RunningTax;
  readonly landTax: RunningLandTax;
  /** What the portal pushes; answers their `error_code`. */
  notice(dossiers: Parameters<typeof pushNotice>[1]['dossiers'], more?: object): Promise<number>;
  proof(dossier: string, payment?: Readonly<Record<string, string>>, more?: object): Promise<number>;
}
export { noticeRow };

/** Questions are asked again at once, so that a test need not wait. */
const AT_ONCE = JSON.stringify({ pollMs: [200], ratePerSecond: 1_000, burst: 1_000, concurrency: 16, quietMs: 500 });

/** Both simulators, and the variables by which a gateway reaches them. */
export async function startTaxSides(landTaxPolicy: string) {
  const tax = await startTax();
  const landTax = await startLandTax();
  const { settings } = tax.state;
  // One land office signs for both.
  landTax.state.settings.landCertificate = settings.senderCertificate;
  const environment = {
    ...{ TAX_URL: tax.url, TAX_SENDER_CODE: 'H02', TAX_SENDER_NAME: 'TINH MAU', TAX_USERNAME: settings.username },
    ...{ TAX_PASSWORD: settings.password, TAX_SIGNING_KEY: settings.senderSecretKey },
    ...{ TAX_SIGNING_CERT: settings.senderCertificate, TAX_TRUSTED_CERTS: settings.gatewayCertificate },
    ...{ TAX_SECURITY_KEY: settings.pushSecret },
    ...{ LAND_TAX_URL: landTax.url, LAND_TAX_TOKEN: landTax.state.settings.tokenSecret },
    ...{ LAND_TAX_POLICY: landTaxPolicy, LAND_TAX_TRUSTED_CERTS: landTax.state.settings.taxCertificate },
  };
  return { tax, landTax, environment };
}

/** What the last of these pushes was answered: `error_code`; not a number where no answer was heard. */
export const codeOf = (replies: readonly { readonly status: number; readonly body: string }[]): number => {
  const last = replies.at(-1);
  if (last === undefined || last.status === 0) return Number.NaN;
  return Number((JSON.parse(last.body) as { error_code?: number }).error_code);
};

/** A slip as the province sends it. */
export const slipOf = (code: string, more: object = {}) => ({
  ...{
    dossierCode: code,
    certificateNumber: 'DD 000001',
    slipNumber: 'PC-0001',
    approvedAt: '2022-12-05T09:00:00+07:00',
  },
  content: {
    landUser: { name: 'NGUYEN VAN A', identityNumber: '001099000001', address: 'Số 1, phố Mẫu' },
    parcel: { sheetNumber: '3', parcelNumber: '12', area: '120.5', purpose: 'ODT' },
  },
  ...more,
});

export async function openTaxOffice(
  environment: Readonly<Record<string, string>> = {},
  rooms: readonly RoomDefinition[] = [],
): Promise<TaxOffice> {
  const { tax, landTax, environment: sides } = await startTaxSides(AT_ONCE);
  const { settings } = tax.state;
  const till = await openTill({ ...sides, ...environment }, rooms);
  settings.noticeUrl = `${till.url}/callbacks/tax/nhantbthuedvcqg`;
  settings.proofUrl = settings.noticeUrl;
  return {
    ...till,
    tax,
    landTax,
    notice: async (dossiers, more) => codeOf(await pushNotice(tax.state, { dossiers, ...more })),
    proof: async (dossier, payment = {}, more) => codeOf(await pushProof(tax.state, { dossier, payment, ...more })),
    async close() {
      await till.close();
      await tax.close();
      await landTax.close();
    },
  };
}
