import { expect, it } from 'vitest';
import { SignedXml } from 'xml-crypto';
import { certifiedPair } from '../../../mocks/vietcombank-ecom/keys.ts';
import { utf8 } from '../bytes.ts';
import { elementsIn, textIn } from '../xml.ts';
import { gipProfile, landProfile } from './partner-profiles.ts';
import { signXml } from './sign.ts';
import { verifyXml } from './verify.ts';

const NOW = Date.UTC(2026, 10, 30);
const { key, certificate } = certifiedPair('Partner', NOW);
const signing = { privateKeyPem: key, certificatePem: certificate };
const trust = { trusted: certificate, wall: NOW };

const gip =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<DATA xmlns:x="urn:x" xml:lang="vi">\r\n  <HEADER><MSG_ID a="1&#10;2" b=\'"\'>1</MSG_ID></HEADER>between\r\n  <BODY x:k="v"><ROW><TEN>NGUYỄN VĂN A &amp; B<![CDATA[ <c> ]]></TEN><x:N xmlns=""/></ROW></BODY>\r\n</DATA>';
const land =
  '<DATA xmlns="urn:land" xmlns:x="urn:x"><HEADER/><BODY id="body"><ROW x:z="1" a="2"><MA_HS>H1</MA_HS></ROW></BODY><SECURITY/></DATA>';

it.each([
  ['the tax gateway', gip, gipProfile],
  ['land registries', land, landProfile],
])('what is signed as %s sign is trusted, as text and as bytes, and says by whom', async (_who, text, profile) => {
  const signed = await signXml(text, profile, signing);
  for (const source of [signed, utf8(signed), `\ufeff${signed}`])
    expect(await verifyXml(source, profile, trust)).toMatchObject({
      ok: true,
      weak: false,
      signer: { subject: 'CN=Partner', serial: '01' },
    });
  expect(signed).toMatch(/<SECURITY[^>]*><Signature[\s\S]*<\/Signature><\/SECURITY><\/DATA>/);
});

it('reads what was signed: both elements for the gateway, with their namespaces, and nothing between them', async () => {
  const read = await verifyXml(await signXml(gip, gipProfile, signing), gipProfile, trust);
  if (!read.ok) throw new Error(read.why);
  expect(read.signed).toMatchObject({ name: 'signed', namespace: '' });
  expect(textIn(read.signed)).toBe('');
  const [header, body] = elementsIn(read.signed);
  expect(header).toMatchObject({ name: 'HEADER', attributes: { 'xml:lang': 'vi', 'xmlns:x': 'urn:x' } });
  expect(header && elementsIn(header)[0]).toMatchObject({ attributes: { a: '1\n2', b: '"' } });
  expect(body).toMatchObject({ name: 'BODY', attributes: { 'x:k': 'v' } });
  const [row] = body === undefined ? [] : elementsIn(body);
  const [name] = row === undefined ? [] : elementsIn(row);
  expect(name && textIn(name)).toBe('NGUYỄN VĂN A & B <c> ');
});

it('makes the place and the id where they are missing, and signs nothing twice', async () => {
  const signed = await signXml('<DATA><BODY/></DATA>', landProfile, signing);
  expect(signed).toContain('<BODY id="body"/><SECURITY><Signature');
  await expect(signXml(signed, landProfile, signing)).rejects.toThrow('already signed');
});

it.each([
  ['no XML', '<DATA>', landProfile],
  ['no body', '<DATA/>', landProfile],
  ['another id', '<DATA><BODY id="x"/></DATA>', landProfile],
  ['half of what is signed', '<DATA><BODY/></DATA>', gipProfile],
  ['a namespace that the filter does not name', '<DATA xmlns="urn:x"><HEADER/><BODY/></DATA>', gipProfile],
])('signs not %s', async (_what, text, profile) => {
  await expect(signXml(text, profile, signing)).rejects.toThrow(TypeError);
});

it('says the key bare too where the profile has it so', async () => {
  expect(await signXml(land, landProfile, signing)).toMatch(
    /<KeyInfo><KeyValue><RSAKeyValue><Modulus>[^<]+<\/Modulus><Exponent>AQAB<\/Exponent>/,
  );
  expect(await signXml(gip, gipProfile, signing)).not.toContain('KeyValue');
});

it('bounds what is signed and what is verified by the same, wider where the caller says so', async () => {
  const many = `<DATA><BODY>${'<a/>'.repeat(20_000)}</BODY></DATA>`;
  await expect(signXml(many, landProfile, signing)).rejects.toThrow('unreadable');
  const bounds = { elements: 30_000 };
  const signed = await signXml(many, landProfile, { ...signing, bounds });
  expect(await verifyXml(signed, landProfile, trust)).toEqual({
    ok: false,
    why: 'unreadable',
    detail: 'too-many-elements, line 1',
  });
  expect(await verifyXml(signed, landProfile, { ...trust, bounds })).toMatchObject({ ok: true });
});

it('trusts a profile of SHA-1 alone only as weak', async () => {
  const old = { ...landProfile, signatures: ['rsa-sha1'], digests: ['sha1'] } as const;
  expect(await verifyXml(await signXml(land, old, signing), landProfile, trust)).toMatchObject({
    ok: true,
    weak: true,
  });
  expect(await verifyXml(await signXml(land, landProfile, signing), old, trust)).toMatchObject({ why: 'algorithm' });
});

it('signs not by a key that is not that of its certificate', async () => {
  const other = certifiedPair('Other', NOW);
  await expect(signXml(land, landProfile, { privateKeyPem: other.key, certificatePem: certificate })).rejects.toThrow(
    'signature',
  );
});

const C14N = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
const otherSigner = (hash: 'sha1' | 'sha256'): SignedXml => {
  const more = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
  const signer = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    idAttribute: 'id',
    signatureAlgorithm: hash === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' : more,
    canonicalizationAlgorithm: `${C14N}#WithComments`,
  });
  signer.addReference({
    xpath: "/*[local-name()='DATA']/*[local-name()='BODY']",
    uri: '#body',
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', `${C14N}#WithComments`],
    digestAlgorithm:
      hash === 'sha1' ? 'http://www.w3.org/2000/09/xmldsig#sha1' : 'http://www.w3.org/2001/04/xmlenc#sha256',
  });
  return signer;
};

it.each([
  ['sha1', true],
  ['sha256', false],
] as const)('trusts what another implementation signed by %s, and says whether that is weak', async (hash, weak) => {
  const signer = otherSigner(hash);
  signer.computeSignature(land, { location: { reference: "//*[local-name()='SECURITY']", action: 'append' } });
  const read = await verifyXml(signer.getSignedXml(), landProfile, trust);
  expect(read).toMatchObject({ ok: true, weak });
});

it('another implementation trusts what ours signed', async () => {
  const signed = await signXml(land, landProfile, signing);
  const verifier = new SignedXml({ publicCert: certificate });
  verifier.loadSignature(/<Signature[\s\S]*<\/Signature>/.exec(signed)?.[0] ?? '');
  expect(verifier.checkSignature(signed)).toBe(true);
});
