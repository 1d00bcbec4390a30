import { type Document, type Element, XMLSerializer } from '@xmldom/xmldom';
import { base64Of } from '../base64.ts';
import { utf8 } from '../bytes.ts';
import { pemBlocks, type TrustedCertificate, trustedCertificates } from '../certificate.ts';
import { readXml } from '../xml.ts';
import type { XmlBounds } from '../xml-bounds.ts';
import { canonicalizations, DSIG, digests, ENVELOPED, type Hash, signatures, XPATH } from './algorithms.ts';
import { canonical, canonicalReferred } from './canonical.ts';
import { childElements, documentOf, elementAt, targetsIn } from './document.ts';
import type { SignatureProfile } from './profile.ts';
import { verifyXml } from './verify.ts';

export interface SigningKey {
  /** PKCS#8. */
  readonly privateKeyPem: string;
  readonly certificatePem: string;
  /** As `verifyXml` takes them. */
  readonly bounds?: Partial<XmlBounds>;
}

/**
 * The document with its signature where the profile has it; the element around it is made where it is missing. Throws for
 * a document or a key that does not fit, all of which are ours: what it returns verifies.
 */
export async function signXml(text: string, profile: SignatureProfile, key: SigningKey): Promise<string> {
  const [certificate] = trustedCertificates(key.certificatePem);
  if (certificate === undefined || readXml(text, key.bounds) === undefined)
    throw new TypeError('nothing that can be signed');
  const document = documentOf(text);
  const place = placeIn(document, profile);
  const targets = targetsOf(document, profile);
  const { signatureName, hash, infoKind, digestName } = chosen(profile);
  const digest = await crypto.subtle.digest(digests[digestName].hash, utf8(targets.map(canonicalReferred).join('')));
  const written = `<Signature xmlns="${DSIG}"><SignedInfo><CanonicalizationMethod Algorithm="${canonicalizations[infoKind].uri}"/><SignatureMethod Algorithm="${signatures[signatureName].uri}"/><Reference URI="${profile.signed.by === 'id' ? `#${profile.signed.id}` : ''}"><Transforms>${transformsOf(profile)}</Transforms><DigestMethod Algorithm="${digests[digestName].uri}"/><DigestValue>${base64Of(new Uint8Array(digest))}</DigestValue></Reference></SignedInfo><SignatureValue></SignatureValue><KeyInfo>${profile.writesKeyValue ? await keyValueOf(certificate, hash) : ''}<X509Data><X509Certificate>${base64Of(certificate.der)}</X509Certificate></X509Data></KeyInfo></Signature>`;
  const parsed = documentOf(written).documentElement;
  if (parsed === null) throw new TypeError('no signature');
  const signature = place.appendChild(document.importNode(parsed, true)) as Element;
  const [info, value] = childElements(signature);
  if (info === undefined || value === undefined) throw new TypeError('no signature');

  const [der = new Uint8Array()] = pemBlocks(key.privateKeyPem, 'PRIVATE KEY');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
  const imported = await crypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
  const made = await crypto.subtle.sign(algorithm.name, imported, utf8(canonical(info, infoKind)));
  value.textContent = base64Of(new Uint8Array(made));
  const signed = new XMLSerializer().serializeToString(document);

  const read = await verifyXml(signed, profile, {
    trusted: key.certificatePem,
    wall: certificate.from,
    ...(key.bounds && { bounds: key.bounds }),
  });
  if (!read.ok) throw new TypeError(`what was signed does not verify: ${read.why}`);
  return signed;
}

function chosen({
  signatures: [signatureName],
  canonicalizations: [infoKind],
  digests: [digestName],
}: SignatureProfile) {
  if (signatureName === undefined || infoKind === undefined || digestName === undefined)
    throw new TypeError('a profile without an algorithm');
  return { signatureName, hash: signatures[signatureName].hash, infoKind, digestName };
}

function placeIn(document: Document, { place }: SignatureProfile): Element {
  const found = elementAt(document, place);
  if (found !== undefined) {
    if (found.getElementsByTagNameNS(DSIG, 'Signature').length > 0) throw new TypeError('already signed');
    return found;
  }
  const outer = elementAt(document, place.slice(0, -1));
  const name = place.at(-1);
  if (outer === undefined || name === undefined) throw new TypeError('no place for a signature');
  const prefix = outer.prefix ? `${outer.prefix}:` : '';
  const made = document.createElementNS(outer.namespaceURI, `${prefix}${name}`);
  outer.appendChild(made);
  return made;
}

function targetsOf(document: Document, profile: SignatureProfile): readonly Element[] {
  const { signed } = profile;
  if (signed.by === 'id') {
    const target = elementAt(document, signed.path);
    if (target?.hasAttribute(signed.attribute) === false) target.setAttribute(signed.attribute, signed.id);
  }
  const targets = targetsIn(document, [...document.getElementsByTagName('*')], profile);
  if (typeof targets === 'string') throw new TypeError(`what is to be signed is not there: ${targets}`);
  return targets;
}

function transformsOf({ signed }: SignatureProfile): string {
  const [names = []] = signed.transforms;
  return names
    .map((name) => {
      if (name === 'filter')
        return `<Transform Algorithm="${XPATH}"><XPath>${signed.by === 'filter' ? signed.filter : ''}</XPath></Transform>`;
      return `<Transform Algorithm="${name === 'enveloped' ? ENVELOPED : canonicalizations[name].uri}"/>`;
    })
    .join('');
}

async function keyValueOf({ publicKey }: TrustedCertificate, hash: Hash): Promise<string> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash };
  const key = await crypto.subtle.importKey('spki', publicKey, algorithm, true, ['verify']);
  const { n = '', e = '' } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey;
  return `<KeyValue><RSAKeyValue><Modulus>${base64OfUrl(n)}</Modulus><Exponent>${base64OfUrl(e)}</Exponent></RSAKeyValue></KeyValue>`;
}

const base64OfUrl = (text: string): string =>
  text
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(text.length / 4) * 4, '=');
