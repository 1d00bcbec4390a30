import { certifiedPair } from '../vietcombank-ecom/keys.ts';

/** How answers are signed, or not as they should be. `foreign-key`: by a key that nobody trusts; `wrapped`: what was signed stands elsewhere, and another BODY in its place. */
export type AnswersAs = 'signed' | 'unsigned' | 'foreign-key' | 'wrapped' | 'altered';

/** Who may speak, with which keys, and how answers come; all of it can be changed while it runs. */
export interface LandTaxSettings {
  tokenSecret: string;
  /** PEM: what the tax side signs with, and the certificate by which that is verified. */
  taxSecretKey: string;
  taxCertificate: string;
  /** PEM: what the land side signs with, and its certificate as the tax side has it. */
  landSecretKey: string;
  landCertificate: string;
  answersAs: AnswersAs;
  /** Theirs is SHA-1; both are taken of them. */
  hash: 'sha1' | 'sha256';
  /** Of answers. */
  namespace: string;
  /** How long a question waits for its second phase; null: until it is told to be finished. */
  answerAfterMs: number | null;
  /** Added to the time that answers tell. */
  clockOffMs: number;
}

const PLAIN = {
  tokenSecret: 'ma-truy-cap-lien-thong-thue',
  answersAs: 'signed',
  hash: 'sha256',
  namespace: 'urn:lien-thong-thue',
  answerAfterMs: null,
  clockOffMs: 0,
} as const;

type Keys = Pick<LandTaxSettings, 'taxSecretKey' | 'taxCertificate' | 'landSecretKey' | 'landCertificate'>;

/** Made anew at every start: none is published. */
export function freshKeys(now: number): Keys {
  const tax = certifiedPair('Tax side (simulated)', now);
  const land = certifiedPair('Land side (simulated)', now);
  return {
    taxSecretKey: tax.key,
    taxCertificate: tax.certificate,
    landSecretKey: land.key,
    landCertificate: land.certificate,
  };
}

/**
 * Those given, and fresh keys for the rest: making keys stops the process for a moment, so that none is made in vain.
 * Certificates are judged by the real time of whoever reads them, not by a simulated one.
 */
export const settingsFrom = (given: Partial<LandTaxSettings>): LandTaxSettings => {
  const { taxSecretKey, taxCertificate, landSecretKey, landCertificate } = given;
  if (taxSecretKey && taxCertificate && landSecretKey && landCertificate)
    return { ...PLAIN, ...given, taxSecretKey, taxCertificate, landSecretKey, landCertificate };
  return { ...PLAIN, ...freshKeys(Date.now()), ...given };
};
