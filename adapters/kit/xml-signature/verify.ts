import type { Document, Element } from '@xmldom/xmldom';
import { utf8 } from '../bytes.ts';
import { type TrustedCertificate, trustedCertificates } from '../certificate.ts';
import { elementsIn, examineXml, readXml, textOfXml, type XmlElement } from '../xml.ts';
import type { XmlBounds } from '../xml-bounds.ts';
import { digests, signatures } from './algorithms.ts';
import { canonical, canonicalReferred } from './canonical.ts';
import { childElements, documentOf, type Misplaced, placedIn } from './document.ts';
import type { SignatureProfile } from './profile.ts';
import { base64In, canonicalizationOf, parts, signedInfoOf } from './signed-info.ts';
import { type NoSigner, signersOf } from './signer.ts';

export type WhyNotTrusted =
  | Misplaced
  | NoSigner
  /** No XML within its bounds; the detail says why and where. */
  | 'unreadable'
  /** One that the profile does not list. */
  | 'algorithm'
  /** Several, to something else, or by other transforms. */
  | 'reference'
  /** What is signed was altered. */
  | 'digest'
  /** What is said of it was altered, or another key made it. */
  | 'signature';

interface Trusted {
  readonly ok: true;
  /** Read of the octets that were digested: the one element, or a `signed` of ours around several. */
  readonly signed: XmlElement;
  readonly signer: { readonly subject: string; readonly serial: string };
  /** SHA-1 or a short key: to be said aloud wherever it is shown. */
  readonly weak: boolean;
}
export interface NotTrusted {
  readonly ok: false;
  readonly why: WhyNotTrusted;
  readonly detail?: string;
}

export interface Trust {
  /** PEM, one or several: the partner's own certificates, no authorities. */
  readonly trusted: string;
  /** Epoch milliseconds. */
  readonly wall: number;
  /** Where `SIGNED_BOUNDS` are not theirs. */
  readonly bounds?: Partial<XmlBounds>;
}

/** Narrower than those of `readXml`: whoever sends makes us build a tree before a key is asked. */
const SIGNED_BOUNDS = { characters: 1024 * 1024, elements: 20_000 } as const satisfies Partial<XmlBounds>;

/**
 * Whether a document is signed as a partner signs, and what of it is. Use `signed` and nothing else: the rest of the
 * document is anybody's. Throws where `trusted` holds no certificate, which is ours to set right.
 */
export async function verifyXml(
  source: string | Uint8Array,
  profile: SignatureProfile,
  { trusted, wall, bounds = {} }: Trust,
): Promise<Trusted | NotTrusted> {
  const certificates = trustedCertificates(trusted);
  const document = readDocument(source, { ...SIGNED_BOUNDS, ...bounds });
  if ('ok' in document) return document;
  const placed = placedIn(document, profile);
  if (typeof placed === 'string') return refused(placed);
  const signature = signatureOf(placed.signature, profile);
  if (typeof signature === 'string') return refused(signature);
  const { info, value, keyInfo, infoOctets } = signature;

  const octets = placed.targets.map(canonicalReferred).join('');
  const digest = new Uint8Array(await crypto.subtle.digest(digests[info.digest].hash, utf8(octets)));
  if (!isSame(digest, info.digestValue)) return refused('digest');

  const { hash } = signatures[info.signature];
  const signers = await signersOf(keyInfo, certificates, wall, hash);
  if (typeof signers === 'string') return refused(signers);
  for (const { key, certificate, short } of signers) {
    if (!(await crypto.subtle.verify(key.algorithm.name, key, value, utf8(infoOctets)))) continue;
    const signed = readXml(profile.signed.by === 'id' ? octets : `<signed>${octets}</signed>`, CANONICAL);
    if (signed === undefined) return refused('unreadable');
    const weak = short || hash === 'SHA-1' || digests[info.digest].hash === 'SHA-1';
    return { ok: true, signed, signer: signerOf(certificate), weak };
  }
  return refused('signature');
}

const refused = (why: WhyNotTrusted): NotTrusted => ({ ok: false, why });
const signerOf = ({ subject, serial }: TrustedCertificate) => ({ subject, serial });

/** Its source was within bounds; canonical, a text is longer by what it escapes and repeats. */
const CANONICAL: Partial<XmlBounds> = {
  characters: Number.POSITIVE_INFINITY,
  text: Number.POSITIVE_INFINITY,
  elements: Number.POSITIVE_INFINITY,
  attributes: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
};

const isSame = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

/** Bounded by our own reader first: the DOM has no bounds. */
function readDocument(source: string | Uint8Array, bounds: Partial<XmlBounds>): Document | NotTrusted {
  const text = textOfXml(source, bounds);
  const read = typeof text === 'string' ? examineXml(text, bounds) : text;
  if (!read.ok || typeof text !== 'string') {
    const [why, line] = read.ok ? ['not-well-formed'] : [read.why, read.line];
    return { ok: false, why: 'unreadable', detail: line === undefined ? why : `${why}, line ${line}` };
  }
  try {
    return documentOf(text);
  } catch {
    return { ok: false, why: 'unreadable', detail: 'not-well-formed' };
  }
}

/** A Signature with nothing in it but SignedInfo, SignatureValue and KeyInfo: no Object to hide a document in. */
function signatureOf(element: Element, profile: SignatureProfile) {
  const read = readXml(canonical(element, 'c14n'), CANONICAL);
  if (read === undefined) return 'shape';
  const keyed = parts(read, 'SignedInfo', 'SignatureValue', 'KeyInfo');
  const of = keyed ?? parts(read, 'SignedInfo', 'SignatureValue');
  const value = of && base64In(of.SignatureValue);
  const [infoElement] = childElements(element);
  const [method] = of === undefined ? [] : elementsIn(of.SignedInfo);
  if (of === undefined || value === undefined || infoElement === undefined || method === undefined) return 'shape';
  const kind = canonicalizationOf(method, profile);
  if (kind === undefined) return 'algorithm';
  const infoOctets = canonical(infoElement, kind);
  const readInfo = readXml(infoOctets, CANONICAL);
  const info = readInfo === undefined ? 'shape' : signedInfoOf(readInfo, profile);
  if (typeof info === 'string') return info;
  return { info, value, infoOctets, keyInfo: keyed?.KeyInfo };
}
