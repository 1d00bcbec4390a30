import { base64Of } from '../base64.ts';
import { goodAt, type TrustedCertificate } from '../certificate.ts';
import { elementsIn, type XmlElement } from '../xml.ts';
import { DSIG, type Hash } from './algorithms.ts';
import { base64In, parts } from './signed-info.ts';

const SHORT = 2_048;

export interface VerifyingKey {
  readonly certificate: TrustedCertificate;
  readonly key: CryptoKey;
  /** Fewer than 2048 bits. */
  readonly short: boolean;
}
export type NoSigner =
  | 'unknown-certificate'
  | 'another-key'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'shape';

/**
 * The trusted keys that may have signed. KeyInfo says which, and gives none: a certificate in it has to be one of the
 * trusted, byte for byte, and a bare key has to be that of one.
 */
export async function signersOf(
  keyInfo: XmlElement | undefined,
  trusted: readonly TrustedCertificate[],
  wall: number,
  hash: Hash,
): Promise<readonly VerifyingKey[] | NoSigner> {
  const told = keyInfo === undefined ? [] : elementsIn(keyInfo);
  const certificates = certificatesIn(told);
  if (certificates === undefined) return 'shape';
  const meant = trusted.filter(({ der }) => certificates.length === 0 || certificates.includes(base64Of(der)));
  if (meant.length === 0) return 'unknown-certificate';
  const good = goodAt(meant, wall);
  if (good.length === 0)
    return meant.every(({ from }) => wall < from) ? 'certificate-not-yet-valid' : 'certificate-expired';
  const values = told.filter(({ name, namespace }) => name === 'KeyValue' && namespace === DSIG);
  const keys: VerifyingKey[] = [];
  for (const certificate of good) {
    const read = await keyOf(certificate, hash);
    if (read === undefined) continue;
    if (values.every((value) => isKeyValue(value, read.modulus, read.exponent))) keys.push(read);
  }
  return keys.length === 0 ? 'another-key' : keys;
}

/** In base64 without blanks; undefined where one cannot be read. */
function certificatesIn(told: readonly XmlElement[]): string[] | undefined {
  const texts = told
    .filter(({ name, namespace }) => name === 'X509Data' && namespace === DSIG)
    .flatMap(elementsIn)
    .filter(({ name, namespace }) => name === 'X509Certificate' && namespace === DSIG)
    .map(base64In);
  return texts.some((each) => each === undefined) ? undefined : texts.map((each) => base64Of(each ?? new Uint8Array()));
}

/** Undefined for a key of another kind than RSA, which verifies nothing. */
async function keyOf(
  certificate: TrustedCertificate,
  hash: Hash,
): Promise<(VerifyingKey & { readonly modulus: string; readonly exponent: string }) | undefined> {
  try {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
    const key = await crypto.subtle.importKey('spki', certificate.publicKey, algorithm, true, ['verify']);
    const { n: modulus = '', e: exponent = '' } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey;
    const { modulusLength } = key.algorithm as KeyAlgorithm & { readonly modulusLength: number };
    return { certificate, key, short: modulusLength < SHORT, modulus, exponent };
  } catch {
    return undefined;
  }
}

function isKeyValue(value: XmlElement, modulus: string, exponent: string): boolean {
  const rsa = parts(value, 'RSAKeyValue')?.RSAKeyValue;
  const of = rsa && parts(rsa, 'Modulus', 'Exponent');
  return of !== undefined && number(of.Modulus) === modulus && number(of.Exponent) === exponent;
}

/** As a JWK writes it: base64url without leading zeros. */
function number(element: XmlElement): string | undefined {
  const bytes = base64In(element);
  const begin = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  if (bytes === undefined || begin < 0) return undefined;
  return base64Of(bytes.slice(begin)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
