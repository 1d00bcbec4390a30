import { type KeyObject, sign } from 'node:crypto';

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}
const SEQUENCE = 0x30;
const hex = (tag: number, content: string): Buffer => der(tag, Buffer.from(content, 'hex'));

/** sha256WithRSAEncryption. */
const ALGORITHM = der(SEQUENCE, hex(0x06, '2a864886f70d01010b'), hex(0x05, ''));

const nameOf = (commonName: string): Buffer =>
  der(SEQUENCE, der(0x31, der(SEQUENCE, hex(0x06, '550403'), der(0x0c, Buffer.from(commonName)))));

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280 4.1.2.5). */
function timeOf(at: number): Buffer {
  const text = `${new Date(at).toISOString().slice(0, 19).replace(/\D/g, '')}Z`;
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text));
}

export interface CertificateWords {
  readonly commonName: string;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly until: number;
}

/** A self-signed certificate as PEM, with nothing in it that is not needed to name a key and its time. */
export function selfSigned(publicKey: KeyObject, privateKey: KeyObject, words: CertificateWords): string {
  const name = nameOf(words.commonName);
  const told = der(
    SEQUENCE,
    hex(0xa0, '020102'),
    hex(0x02, '01'),
    ALGORITHM,
    name,
    der(SEQUENCE, timeOf(words.from), timeOf(words.until)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const seal = der(0x03, Buffer.from([0]), sign('RSA-SHA256', told, privateKey));
  const lines =
    der(SEQUENCE, told, ALGORITHM, seal)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
