import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
} from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { selfSigned } from '../../../mocks/vietcombank-ecom/certificate.ts';
import { certifiedPair } from '../../../mocks/vietcombank-ecom/keys.ts';
import { elementsIn, textIn } from '../xml.ts';
import { gipProfile, landProfile } from './partner-profiles.ts';
import type { SignatureProfile } from './profile.ts';
import { signXml } from './sign.ts';
import { verifyXml, type WhyNotTrusted } from './verify.ts';

const NOW = Date.UTC(2026, 10, 30);
const DAY = 86_400_000;
const { key, certificate } = certifiedPair('Partner', NOW);
const other = certifiedPair('Other', NOW);
const trust = { trusted: certificate, wall: NOW };
const signing = { privateKeyPem: key, certificatePem: certificate };

const BODY = '<BODY id="body"><AMOUNT kind="due">1000</AMOUNT></BODY>';
const EVIL = '<BODY id="body"><AMOUNT kind="due">1</AMOUNT></BODY>';
const land = await signXml(`<DATA><HEADER/>${BODY}<SECURITY/></DATA>`, landProfile, signing);
const gip = await signXml(`<DATA><HEADER><ID>1</ID></HEADER>${BODY}<SECURITY/></DATA>`, gipProfile, signing);
const [signature = ''] = /<Signature[\s\S]*<\/Signature>/.exec(land) ?? [];

const told = async (source: string | Uint8Array, profile: SignatureProfile = landProfile, given = trust) => {
  const read = await verifyXml(source, profile, given);
  return read.ok ? 'trusted' : read.why;
};

it('the vectors begin with what is trusted', async () => {
  expect(await told(land)).toBe('trusted');
  expect(await told(gip, gipProfile)).toBe('trusted');
});

/** A document around the signature of `land`. */
const around = (before: string, within = '', after = '') =>
  `<DATA>${before}<SECURITY>${within || signature}</SECURITY>${after}</DATA>`;
const inObject = (content: string) => signature.replace('</Signature>', `<Object>${content}</Object></Signature>`);
const anonymous = EVIL.replace(' id="body"', '');

describe('wrapped: the signed body is still there, and another where it is read', () => {
  it.each<[string, string, WhyNotTrusted]>([
    ['the root around the root', `<DATA>${EVIL}${land}<SECURITY/></DATA>`, 'misplaced'],
    ['the old root within the signature', around(EVIL, inObject(land.replace(signature, ''))), 'duplicate-id'],
    ['before the true one, same id', around(EVIL + BODY), 'misplaced'],
    ['before the true one, no id', around(anonymous + BODY), 'misplaced'],
    ['after the true one', around(BODY, '', EVIL), 'misplaced'],
    ['around the true one', around(anonymous.replace('</BODY>', `${BODY}</BODY>`)), 'misplaced'],
    ['the true one in an extension', around(`${EVIL}<EXT>${BODY}</EXT>`), 'duplicate-id'],
    ['the true one in an extension, the other without id', around(`${anonymous}<EXT>${BODY}</EXT>`), 'misplaced'],
    ['the true one in an Object, the other without id', around(anonymous, inObject(BODY)), 'misplaced'],
    ['the true one in an Object, same id', around(EVIL, inObject(BODY)), 'duplicate-id'],
    ['the other in an Object', around(BODY, inObject(anonymous)), 'shape'],
    ['the true one beside the signature', around(anonymous, BODY + signature), 'misplaced'],
    ['the signature within the body', `<DATA>${BODY.replace('</BODY>', `${signature}</BODY>`)}</DATA>`, 'misplaced'],
    ['another namespace', around(`${BODY}<y:BODY xmlns:y="urn:y">${anonymous}</y:BODY>`), 'misplaced'],
    ['in the place under another root', land.replaceAll('DATA>', 'OTHER>'), 'misplaced'],
  ])('%s', async (_what, source, why) => {
    expect(await told(source)).toBe(why);
  });

  it.each<[string, (text: string) => string, WhyNotTrusted]>([
    ['a second body', (text) => text.replace(BODY, EVIL + BODY), 'misplaced'],
    ['the true one elsewhere', (text) => text.replace(BODY, `${EVIL}<EXT>${BODY}</EXT>`), 'misplaced'],
    [
      'the true one in an Object',
      (text) => text.replace(BODY, EVIL).replace('</Signature>', `<Object xmlns="">${BODY}</Object></Signature>`),
      'misplaced',
    ],
    ['a header elsewhere', (text) => text.replace('<SECURITY>', '<SECURITY><HEADER/>'), 'misplaced'],
    ['the two in another order', (text) => text.replace(BODY, '').replace('<DATA>', `<DATA>${BODY}`), 'misplaced'],
    ['no body', (text) => text.replace(BODY, ''), 'misplaced'],
    [
      'a body of another namespace',
      (text) => text.replace(BODY, BODY.replace('<BODY', '<BODY xmlns="urn:x"')),
      'misplaced',
    ],
    ['a default namespace for all', (text) => text.replace('<DATA>', '<DATA xmlns="urn:x">'), 'misplaced'],
    ['a namespace brought in', (text) => text.replace('<DATA>', '<DATA xmlns:x="urn:x">'), 'digest'],
    ['a language brought in', (text) => text.replace('<DATA>', '<DATA xml:lang="en">'), 'digest'],
  ])('by the filter: %s', async (_what, change, why) => {
    expect(await told(change(gip), gipProfile)).toBe(why);
  });
});

it.each(['id', 'ID', 'Id', 'xml:id', 'iD'])('another element that %s calls the same', async (name) => {
  for (const value of ['body', 'Body', ' body '])
    expect(await told(land.replace('<HEADER/>', `<HEADER ${name}="${value}"/>`))).toBe('duplicate-id');
});

it('an id that is spelt otherwise is none', async () => {
  expect(await told(land.replace('<BODY id=', '<BODY ID='))).toBe('misplaced');
  expect(await told(land.replace('id="body"', 'id="Body"'))).toBe('misplaced');
});

describe('altered', () => {
  it.each<[string, string, string, WhyNotTrusted]>([
    ['text', '>1000<', '>9000<', 'digest'],
    ['an attribute', 'kind="due"', 'kind="paid"', 'digest'],
    ['an attribute more', 'kind="due"', 'kind="due" x="1"', 'digest'],
    ['white space', '<AMOUNT', ' <AMOUNT', 'digest'],
    ['an instruction', '>1000<', '>1000<?x y?><', 'shape'],
    ['a name', 'AMOUNT', 'AMOUNTS', 'digest'],
    ['the signature value', '<SignatureValue>', '<SignatureValue>AAAA', 'signature'],
    ['the signature value to none', '<SignatureValue>', '<SignatureValue>!', 'shape'],
    ['a comment in the digest', '<DigestValue>', '<DigestValue><!-- x -->', 'shape'],
    ['a second reference', '<Reference URI="#body">', '<Reference URI=""/><Reference URI="#body">', 'reference'],
    ['no reference', '<Reference URI="#body">', '<Reference>', 'reference'],
    ['a reference to all', 'URI="#body"', 'URI=""', 'reference'],
    ['a reference by pointer', 'URI="#body"', `URI="#xpointer(id('body'))"`, 'reference'],
    ['a reference outside', 'URI="#body"', 'URI="http://127.0.0.1/"', 'reference'],
    [
      'no transforms',
      '<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>',
      '',
      'reference',
    ],
    ['MD5', 'http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmldsig-more#md5', 'algorithm'],
    ['RSA-MD5', 'xmldsig-more#rsa-sha256', 'xmldsig-more#rsa-md5', 'algorithm'],
    ['an algorithm of no name', 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', '', 'algorithm'],
    [
      'another canonicalization',
      'CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"',
      'CanonicalizationMethod Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"',
      'algorithm',
    ],
    ['a namespace that needs escaping', '<HEADER/>', '<HEADER xmlns:x="a&quot; b"/>', 'shape'],
  ])('%s', async (_what, from, to, why) => {
    expect(land).toContain(from);
    expect(await told(land.replaceAll(from, to))).toBe(why);
  });

  it('a transform that is another, or filters otherwise', async () => {
    for (const [from, to] of [
      ['or ancestor-or-self::BODY', 'or ancestor-or-self::BODYS'],
      ['<XPath>', '<XPath>not(self::AMOUNT) and '],
      ['REC-xpath-19991116', 'REC-xslt-19991116'],
      ['</XPath>', '</XPath><XPath/>'],
      ['<XPath>', '<XPath><!-- -->'],
    ] as const)
      expect(['reference', 'shape']).toContain(await told(gip.replace(from, to), gipProfile));
  });

  it('what stands outside is anybody’s, and not among what is read', async () => {
    const read = await verifyXml(land.replace('<HEADER/>', '<HEADER>9</HEADER>'), landProfile, trust);
    expect(read).toMatchObject({ ok: true, signed: { name: 'BODY' } });
  });
});

it('a comment within a value changes nothing of what is read', async () => {
  for (const [text, profile] of [
    [land, landProfile],
    [gip, gipProfile],
  ] as const) {
    const read = await verifyXml(text.replace('>1000<', '>10<!-- x -->00<'), profile, trust);
    if (!read.ok) throw new Error(read.why);
    const amounts = [read.signed, ...elementsIn(read.signed)]
      .flatMap(elementsIn)
      .filter(({ name }) => name === 'AMOUNT');
    expect(amounts.map(textIn)).toEqual(['1000']);
  }
});

it('no signature, and several', async () => {
  expect(await told(around(BODY, '<x/>'))).toBe('no-signature');
  expect(await told(around(BODY, signature.replaceAll('Signature', 'signature')))).toBe('no-signature');
  expect(await told(around(BODY, signature + signature))).toBe('several-signatures');
  expect(await told(around(BODY, inObject(signature)))).toBe('several-signatures');
});

/** Signed by hand, independently of what is tested: the octets are written out as canonical XML wants them. */
function byHand({
  method = 'xmldsig-more#rsa-sha256',
  space = 'http://www.w3.org/2001/04/',
  digest = 'sha256',
  seal = (octets: string) => createSign('RSA-SHA256').update(octets).sign(key, 'base64'),
  keyInfo = '',
} = {}): string {
  const uri =
    digest === 'sha256' ? 'http://www.w3.org/2001/04/xmlenc#sha256' : 'http://www.w3.org/2000/09/xmldsig#sha1';
  const octets = `<HEADER><ID>1</ID></HEADER>${BODY}`;
  const value = createHash(digest).update(octets).digest('base64');
  const info = `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"></CanonicalizationMethod><SignatureMethod Algorithm="${space}${method}"></SignatureMethod><Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><XPath>ancestor-or-self::HEADER or ancestor-or-self::BODY</XPath></Transform></Transforms><DigestMethod Algorithm="${uri}"></DigestMethod><DigestValue>${value}</DigestValue></Reference></SignedInfo>`;
  return `<DATA><HEADER><ID>1</ID></HEADER>\n${BODY}<SECURITY><Signature xmlns="http://www.w3.org/2000/09/xmldsig#">${info}<SignatureValue>${seal(info)}</SignatureValue>${keyInfo}</Signature></SECURITY></DATA>`;
}

const der = (pem: string): string => pem.replace(/-----[^-]*-----|\s/g, '');
const x509 = (pem: string): string =>
  `<KeyInfo><X509Data><X509Certificate>${der(pem)}</X509Certificate></X509Data></KeyInfo>`;
const bare = (pem: string): string => {
  const { n = '', e = '' } = createPublicKey(pem).export({ format: 'jwk' });
  const value = (text: string): string => Buffer.from(text, 'base64url').toString('base64');
  return `<KeyInfo><KeyValue><RSAKeyValue><Modulus>${value(n)}</Modulus><Exponent>${value(e)}</Exponent></RSAKeyValue></KeyValue></KeyInfo>`;
};

describe('keys and algorithms, signed by hand', () => {
  it.each<[string, string, 'trusted' | WhyNotTrusted]>([
    ['without KeyInfo', byHand(), 'trusted'],
    ['with its certificate', byHand({ keyInfo: x509(certificate) }), 'trusted'],
    ['with its bare key', byHand({ keyInfo: bare(certificate) }), 'trusted'],
    ['with another bare key', byHand({ keyInfo: bare(other.certificate) }), 'another-key'],
    ['with a certificate that nobody trusts', byHand({ keyInfo: x509(other.certificate) }), 'unknown-certificate'],
    ['with a certificate that is none', byHand({ keyInfo: x509('!') }), 'shape'],
    [
      'by another key',
      byHand({ seal: (octets) => createSign('RSA-SHA256').update(octets).sign(other.key, 'base64') }),
      'signature',
    ],
    [
      'by another key that it brings along',
      byHand({
        keyInfo: x509(other.certificate),
        seal: (octets) => createSign('RSA-SHA256').update(octets).sign(other.key, 'base64'),
      }),
      'unknown-certificate',
    ],
    [
      'RSA-SHA1 where it is not listed',
      byHand({
        space: 'http://www.w3.org/2000/09/',
        method: 'xmldsig#rsa-sha1',
        seal: (octets) => createSign('RSA-SHA1').update(octets).sign(key, 'base64'),
      }),
      'algorithm',
    ],
    ['a SHA-1 digest where it is not listed', byHand({ digest: 'sha1' }), 'algorithm'],
    [
      'HMAC under the public key',
      byHand({
        method: 'xmldsig-more#hmac-sha256',
        seal: (octets) =>
          createHmac('sha256', createPublicKey(certificate).export({ type: 'spki', format: 'pem' }))
            .update(octets)
            .digest('base64'),
      }),
      'algorithm',
    ],
    [
      'an HMAC said to be RSA',
      byHand({ seal: (octets) => createHmac('sha256', certificate).update(octets).digest('base64') }),
      'signature',
    ],
    ['nothing', byHand({ seal: () => '' }), 'signature'],
  ])('%s', async (_what, source, expected) => {
    expect(await told(source, gipProfile)).toBe(expected);
  });

  it('only between the dates of the certificate', async () => {
    const at = (wall: number) => told(land, landProfile, { trusted: certificate, wall });
    expect(await at(NOW - 2 * DAY)).toBe('certificate-not-yet-valid');
    expect(await at(NOW - DAY)).toBe('trusted');
    expect(await at(NOW + 3_650 * DAY)).toBe('trusted');
    expect(await at(NOW + 3_650 * DAY + 1)).toBe('certificate-expired');
  });

  it('an old certificate beside its successor is trusted no longer', async () => {
    const secret = createPublicKey(certificate);
    const words = { commonName: 'Partner', from: NOW - 9 * DAY, until: NOW - DAY };
    const old = selfSigned(secret, createPrivateKey(key), words);
    const both = { trusted: old + certificate, wall: NOW };
    expect(await told(byHand({ keyInfo: x509(old) }), gipProfile, both)).toBe('certificate-expired');
    expect(await told(byHand(), gipProfile, both)).toBe('trusted');
  });

  it('a short key is weak, and one of another kind verifies nothing', async () => {
    const words = { commonName: 'Partner', from: NOW - DAY, until: NOW + DAY };
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const seal = (octets: string) => createSign('RSA-SHA256').update(octets).sign(short.privateKey, 'base64');
    const trusted = selfSigned(short.publicKey, short.privateKey, words);
    expect(await verifyXml(byHand({ seal }), gipProfile, { trusted, wall: NOW })).toMatchObject({
      ok: true,
      weak: true,
    });
    const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;
    const strange = selfSigned(curve, createPrivateKey(key), words);
    expect(await told(byHand(), gipProfile, { trusted: strange, wall: NOW })).toBe('another-key');
    expect(await told(byHand(), gipProfile, { trusted: strange + certificate, wall: NOW })).toBe('trusted');
  });

  it('without a certificate of ours it throws, and opens no door', async () => {
    await expect(verifyXml(land, landProfile, { trusted: '', wall: NOW })).rejects.toThrow('no certificate');
  });
});

it.each<[string, string | Uint8Array, string]>([
  ['a DTD', land.replace('<DATA>', '<!DOCTYPE DATA [<!ENTITY e "1000">]>\n<DATA>'), 'dtd, line 1'],
  ['an entity', land.replace('>1000<', '>&e;<'), 'reference'],
  ['deep', land.replace('<HEADER/>', '<a>'.repeat(50_000) + '</a>'.repeat(50_000)), 'too-deep, line 1'],
  ['large', land.replace('<HEADER/>', `<HEADER>${'x'.repeat(3_000_000)}</HEADER>`), 'too-long'],
  ['UTF-16', new Uint8Array(Buffer.from(`\ufeff${land}`, 'utf16le')), 'encoding, line 1'],
  ['cut off', land.slice(0, -1), 'not-well-formed, line 1'],
  ['an attribute twice', land.replace('kind="due"', 'kind="due" kind="due"'), 'not-well-formed, line 1'],
])('what is not read is not trusted: %s', async (_what, source, detail) => {
  expect(await verifyXml(source, landProfile, trust)).toEqual({ ok: false, why: 'unreadable', detail });
});

it.each([
  ['land registries', land, landProfile],
  ['the tax gateway', gip, gipProfile],
])('changing every seventeenth character of %s never has something else read', async (_who, text, profile) => {
  const honest = await verifyXml(text, profile, trust);
  if (!honest.ok) throw new Error(honest.why);
  for (let at = 0; at < text.length; at += 17)
    for (const put of ['', 'x', '<', ' ', '0']) {
      const read = await verifyXml(text.slice(0, at) + put + text.slice(at + 1), profile, trust);
      if (read.ok) expect([at, put, read.signed]).toEqual([at, put, honest.signed]);
    }
});
