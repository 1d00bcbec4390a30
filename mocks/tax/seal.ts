import { createHash, sign, verify, X509Certificate } from 'node:crypto';
import type { Keys } from './keys.ts';
import type { Sealing } from './settings.ts';
import { inside, type Node, written } from './xml.ts';

const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
const MORE = 'http://www.w3.org/2001/04/xmldsig-more#';
const FILTER = 'ancestor-or-self::HEADER or ancestor-or-self::BODY';
const digest = (octets: string, by: string): string => createHash(by).update(octets).digest('base64');

/** SignedInfo in its canonical form, which is the one in which it is written (WIRE.md 3.2, WIRE-2 3.2a). */
function signedInfo(octets: string, md5: boolean): string {
  const method = (name: string, uri: string): string => `<${name} Algorithm="${uri}"></${name}>`;
  const transform = `<Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>${FILTER}</XPath></Transform>`;
  return `<SignedInfo xmlns="${DSIG}">${method('CanonicalizationMethod', 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments')}${method('SignatureMethod', md5 ? `${MORE}rsa-md5` : `${MORE}rsa-sha256`)}<Reference URI=""><Transforms>${transform}</Transforms>${method('DigestMethod', md5 ? `${MORE}md5` : 'http://www.w3.org/2001/04/xmlenc#sha256')}<DigestValue>${digest(octets, md5 ? 'md5' : 'sha256')}</DigestValue></Reference></SignedInfo>`;
}

function signature(octets: string, secretKey: string, certificate: string, md5 = false): string {
  const info = signedInfo(octets, md5);
  const value = sign(md5 ? 'RSA-MD5' : 'RSA-SHA256', Buffer.from(info), secretKey).toString('base64');
  const der = new X509Certificate(certificate).raw.toString('base64');
  const written = info.replace(` xmlns="${DSIG}"`, '');
  return `<Signature xmlns="${DSIG}">${written}<SignatureValue>${value}</SignatureValue><KeyInfo><X509Data><X509Certificate>${der}</X509Certificate></X509Data></KeyInfo></Signature>`;
}

/** A debt that nobody has. */
const forged = (octets: string): string =>
  octets.replace(/<(SO_CON_PHAI_NOP|NO_CUOI_KY|TEN_NNT)>[^<]*</g, '<$1>1<').replace('</ROW>', '<X></X></ROW>');

/** DATA with HEADER, BODY and SECURITY, sealed as told. */
export function sealed(header: Node, body: Node, keys: Keys, how: Sealing): string {
  const octets = written([
    ['HEADER', header],
    ['BODY', body],
  ]);
  const data = (content: string, security: string): string => `<DATA>${content}<SECURITY>${security}</SECURITY></DATA>`;
  const good = (): string => signature(octets, keys.gatewaySecretKey, keys.gatewayCertificate);
  switch (how) {
    case 'good':
      return data(octets, good());
    case 'another-key':
      return data(octets, signature(octets, keys.strangerSecretKey, keys.strangerCertificate));
    case 'stolen-certificate':
      return data(octets, signature(octets, keys.strangerSecretKey, keys.gatewayCertificate));
    case 'unsigned':
      return data(octets, '');
    case 'altered':
      return data(forged(octets), good());
    case 'wrapped':
      return data(forged(octets), good().replace('</Signature>', `<Object>${octets}</Object></Signature>`));
    case 'md5':
      return data(octets, signature(octets, keys.gatewaySecretKey, keys.gatewayCertificate, true));
  }
}

/** Empty elements with both their tags, as canonical XML has them. */
const expanded = (xml: string): string => xml.replace(/<(\w+)((?:\s[^<>]*?)?)\s*\/>/g, '<$1$2></$1>');

/** Whether the holder of this certificate sealed a question as is wanted: SHA-256, and header and body alone. */
export function isSealedBy(document: string, certificate: string): boolean {
  const parts = /^<DATA>(<HEADER>[\s\S]*<\/HEADER><BODY>[\s\S]*<\/BODY>)<SECURITY>[\s\S]*<\/SECURITY><\/DATA>$/.exec(
    document,
  );
  const octets = expanded(parts?.[1] ?? '');
  const info = expanded(`<SignedInfo xmlns="${DSIG}">${inside(document, 'SignedInfo') ?? ''}</SignedInfo>`);
  const value = Buffer.from(inside(document, 'SignatureValue') ?? '', 'base64');
  if (info !== signedInfo(octets, false)) return false;
  return verify('RSA-SHA256', Buffer.from(info), new X509Certificate(certificate).publicKey, value);
}

/** Base64(SHA-1(nonce + created + password)) of the UsernameToken profile. */
export const passwordDigest = (nonce: string, created: string, password: string): string =>
  createHash('sha1')
    .update(Buffer.concat([Buffer.from(nonce, 'base64'), Buffer.from(created + password)]))
    .digest('base64');
