import { bytesOf } from '../base64.ts';
import { elementsIn, textIn, type XmlElement } from '../xml.ts';
import {
  type Canonicalization,
  canonicalizations,
  type DigestAlgorithm,
  DSIG,
  digests,
  ENVELOPED,
  type SignatureAlgorithm,
  signatures,
  XPATH,
} from './algorithms.ts';
import type { SignatureProfile } from './profile.ts';

export interface SignedInfo {
  readonly signature: SignatureAlgorithm;
  readonly digest: DigestAlgorithm;
  readonly digestValue: Uint8Array<ArrayBuffer>;
}

/** The children of an element of XMLDSig, where they are exactly these, in this order, each of XMLDSig. */
export function parts<Name extends string>(
  element: XmlElement,
  ...names: readonly Name[]
): Record<Name, XmlElement> | undefined {
  const children = elementsIn(element);
  const fits =
    children.length === names.length &&
    children.every((child, at) => child.name === names[at] && child.namespace === DSIG) &&
    textIn(element).trim() === '';
  return fits
    ? (Object.fromEntries(children.map((child) => [child.name, child])) as Record<Name, XmlElement>)
    : undefined;
}

/** Base64 that may be broken into lines. */
export const base64In = (element: XmlElement): Uint8Array<ArrayBuffer> | undefined =>
  elementsIn(element).length === 0 ? bytesOf(textIn(element).replace(/[ \t\r\n]/g, '')) : undefined;

const algorithmOf = (element: XmlElement): string | undefined =>
  elementsIn(element).length === 0 ? element.attributes.Algorithm : undefined;

/** Which of those that the profile lists is named, by URI and without parameters. */
const listed = <Name extends string>(
  table: Readonly<Record<Name, { readonly uri: string }>>,
  allowed: readonly Name[],
  element: XmlElement,
): Name | undefined => allowed.find((name) => table[name].uri === algorithmOf(element));

export const canonicalizationOf = (element: XmlElement, profile: SignatureProfile): Canonicalization | undefined =>
  listed(canonicalizations, profile.canonicalizations, element);

/** SignedInfo, of its canonical octets: one reference, of the profile's kind, by the profile's algorithms. */
export function signedInfoOf(
  info: XmlElement,
  profile: SignatureProfile,
): SignedInfo | 'shape' | 'algorithm' | 'reference' {
  if (info.name !== 'SignedInfo' || info.namespace !== DSIG) return 'shape';
  const references = elementsIn(info).filter(({ name }) => name === 'Reference');
  if (references.length !== 1) return 'reference';
  const about = parts(info, 'CanonicalizationMethod', 'SignatureMethod', 'Reference');
  const of = about && parts(about.Reference, 'Transforms', 'DigestMethod', 'DigestValue');
  if (about === undefined || of === undefined) return 'shape';
  const signature = listed(signatures, profile.signatures, about.SignatureMethod);
  const digest = listed(digests, profile.digests, of.DigestMethod);
  if (!canonicalizationOf(about.CanonicalizationMethod, profile) || !signature || !digest) return 'algorithm';
  const { signed } = profile;
  if (about.Reference.attributes.URI !== (signed.by === 'id' ? `#${signed.id}` : '')) return 'reference';
  if (!hasTransforms(of.Transforms, signed)) return 'reference';
  const digestValue = base64In(of.DigestValue);
  return digestValue === undefined ? 'shape' : { signature, digest, digestValue };
}

function hasTransforms(element: XmlElement, signed: SignatureProfile['signed']): boolean {
  const written = elementsIn(element);
  return signed.transforms.some(
    (wanted) =>
      wanted.length === written.length &&
      wanted.every((name, at) => {
        const transform = written[at];
        if (transform?.name !== 'Transform' || transform.namespace !== DSIG) return false;
        if (name !== 'filter')
          return algorithmOf(transform) === (name === 'enveloped' ? ENVELOPED : canonicalizations[name].uri);
        const filter = parts(transform, 'XPath')?.XPath;
        return (
          signed.by === 'filter' &&
          transform.attributes.Algorithm === XPATH &&
          filter !== undefined &&
          elementsIn(filter).length === 0 &&
          textIn(filter).trim().replace(/\s+/g, ' ') === signed.filter
        );
      }),
  );
}
