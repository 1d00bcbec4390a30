import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { type GatewayClient, GatewayRefused } from '../../src/runtime/node/cli/client.ts';
import type { LandOffices, Sealing } from './land-offices.ts';
import { identityOf } from './land-requests.ts';

/** How the department seals its answers, one after the other; the good ones by a clock that is a day off. */
export const SEALINGS: readonly Sealing[] = [
  ...(['good', 'another-key', 'stolen-certificate', 'unsigned', 'altered', 'wrapped', 'md5', 'good'] as const),
];
const A_DAY_MS = 24 * 3_600_000;

/** A question to the tax department, and what the gateway gave of the answer: nothing where it was not to be believed. */
export interface Asked {
  readonly dossier: string;
  readonly sealing: Sealing;
  readonly heardVnd: number | null;
}
interface Answer {
  readonly items: readonly { readonly remaining: { readonly amount: number } }[];
}

export async function askAbout(
  client: GatewayClient,
  offices: LandOffices,
  { code, applicant }: DossierSnapshot,
  sealing: Sealing,
): Promise<Asked> {
  const identityNumber = identityOf(applicant) ?? '001099000001';
  const owed = Number(identityNumber.slice(-4)) * 1_000 + 500_000;
  const clockOffMs = sealing === 'good' ? -A_DAY_MS : 0;
  const rows = [{ SO: identityNumber, TEN_NNT: applicant.name, SO_CON_PHAI_NOP: String(owed) }];
  await offices.tellDues(code, rows, { sealing, clockOffMs });
  try {
    const { body } = await client.json<Answer>('POST', '/v1/tax/queries', {
      ...{ dossierCode: code, identityNumber, purpose: 'kiem-tra' },
    });
    const heardVnd = body.items.reduce((sum, { remaining }) => sum + remaining.amount, 0);
    return { dossier: code, sealing, heardVnd };
  } catch (error) {
    if (!(error instanceof GatewayRefused && error.code === 'untrusted-answer')) throw error;
    return { dossier: code, sealing, heardVnd: null };
  }
}
