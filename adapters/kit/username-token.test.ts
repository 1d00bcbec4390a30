import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { readSoap, soapCall } from './soap.ts';
import { passwordDigest, usernameToken } from './username-token.ts';
import { elementsIn, readXml, textIn, type XmlElement } from './xml.ts';

const SECRET = 'mật khẩu & <1>';
const nonce = Uint8Array.of(0, 255, 128, 10, 13, 60, 38, 195, 40, 1, 2, 3, 4, 5, 6, 7);
const created = Date.UTC(2026, 10, 30, 1, 2, 3);

/** The formula of OASIS by another implementation: the bytes of the nonce, not its Base64. */
const expected = createHash('sha1').update(nonce).update(`2026-11-30T01:02:03.000Z${SECRET}`).digest('base64');

it('digests nonce, time and password as OASIS says', async () => {
  expect(await passwordDigest(nonce, '2026-11-30T01:02:03.000Z', SECRET)).toBe(expected);
  expect(await passwordDigest(new Uint8Array(), '', 'abc')).toBe('qZk+NkcGgWq6PiVxeFDCbJzQ2J0=');
});

const all = (element: XmlElement): XmlElement[] => [element, ...elementsIn(element).flatMap(all)];

it('stands in the header of a call, and tells the password to nobody', async () => {
  const token = await usernameToken({ username: 'a&b', password: SECRET, nonce, created });
  const call = soapCall('urn:x', 'ask', { in_msg: '<DATA/>' }, token);
  expect(readSoap(call)).toMatchObject({ kind: 'body', element: { name: 'ask' } });
  const envelope = readXml(call);
  const [header] = envelope === undefined ? [] : elementsIn(envelope);
  expect(header).toMatchObject({ name: 'Header', namespace: 'http://schemas.xmlsoap.org/soap/envelope/' });
  const texts = Object.fromEntries((header === undefined ? [] : all(header)).map((each) => [each.name, textIn(each)]));
  expect(texts).toMatchObject({
    Username: 'a&b',
    Password: expected,
    Nonce: Buffer.from(nonce).toString('base64'),
    Created: '2026-11-30T01:02:03.000Z',
  });
  expect(call).not.toContain('khẩu');
});

it('is another with another nonce or a second later', async () => {
  const digests = [
    await passwordDigest(nonce, '2026-11-30T01:02:03.000Z', SECRET),
    await passwordDigest(nonce.toReversed(), '2026-11-30T01:02:03.000Z', SECRET),
    await passwordDigest(nonce, '2026-11-30T01:02:04.000Z', SECRET),
  ];
  expect(new Set(digests).size).toBe(3);
});
