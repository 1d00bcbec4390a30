/** What is needed of an X.509 certificate that is trusted because it is listed. */
export interface TrustedCertificate {
  /** SubjectPublicKeyInfo, as DER. */
  readonly publicKey: Uint8Array<ArrayBuffer>;
  /** Epoch milliseconds between which it is good. */
  readonly from: number;
  readonly until: number;
  /** For a person to read: `CN=…, O=…` in their order; a part without a usual name stands under its OID in hex. */
  readonly subject: string;
  /** Lower-case hex, as it is written in the certificate. */
  readonly serial: string;
  /** All of it, as DER. */
  readonly der: Uint8Array<ArrayBuffer>;
}

/** The blocks of a PEM text under a label, as bytes; line ends may be written `\n`, as variables often have them. */
export function pemBlocks(text: string, label: string): Uint8Array<ArrayBuffer>[] {
  const block = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]*)-----END ${label}-----`, 'g');
  return [...text.replaceAll('\\n', '\n').matchAll(block)].map(([, content = '']) =>
    Uint8Array.from(atob(content.replace(/\s/g, '')), (sign) => sign.charCodeAt(0)),
  );
}

/** Every certificate of a PEM text. Throws where there is none, or one that cannot be read. */
export function trustedCertificates(text: string): readonly TrustedCertificate[] {
  const read = pemBlocks(text, 'CERTIFICATE').map(certificateOf);
  if (read.length === 0) throw new TypeError('no certificate');
  return read;
}

/** Those that are neither expired nor of the future. */
export const goodAt = (certificates: readonly TrustedCertificate[], wall: number): TrustedCertificate[] =>
  certificates.filter(({ from, until }) => from <= wall && wall <= until);

interface Value {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly content: Uint8Array<ArrayBuffer>;
}
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const VERSION = 0xa0;

/** RFC 5280 4.1: TBSCertificate is version?, serial, algorithm, issuer, validity, subject, key, … */
function certificateOf(der: Uint8Array<ArrayBuffer>): TrustedCertificate {
  const [certificate, ...after] = valuesIn(der);
  if (certificate?.tag !== SEQUENCE || after.length > 0) throw new TypeError('no certificate');
  const [told] = valuesIn(certificate.content);
  if (told?.tag !== SEQUENCE) throw new TypeError('no certificate');
  const fields = valuesIn(told.content).filter(({ tag }, at) => !(at === 0 && tag === VERSION));
  const [serial, , , validity, subject, key] = fields;
  if (serial?.tag !== INTEGER || subject?.tag !== SEQUENCE) throw new TypeError('no certificate');
  if (validity?.tag !== SEQUENCE || key?.tag !== SEQUENCE) throw new TypeError('no certificate');
  const [from, until] = valuesIn(validity.content).map(timeOf);
  if (from === undefined || until === undefined) throw new TypeError('a certificate without a time');
  const names = { subject: subjectOf(subject), serial: hexOf(serial.content) };
  return { publicKey: key.whole, from, until, ...names, der: certificate.whole };
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const NAMES: Readonly<Record<string, string>> = {
  '550403': 'CN',
  '550406': 'C',
  '550407': 'L',
  '550408': 'ST',
  '55040a': 'O',
  '55040b': 'OU',
};
const BMP_STRING = 0x1e;

/** RFC 5280 4.1.2.4: sets of {name, text}. */
const subjectOf = ({ content }: Value): string =>
  valuesIn(content)
    .flatMap((set) => valuesIn(set.content))
    .map((pair) => {
      const [name, text] = valuesIn(pair.content);
      if (name === undefined || text === undefined) throw new TypeError('a name without a text');
      const oid = hexOf(name.content);
      const decoder = new TextDecoder(text.tag === BMP_STRING ? 'utf-16be' : 'utf-8');
      return `${NAMES[oid] ?? oid}=${decoder.decode(text.content)}`;
    })
    .join(', ');

function valuesIn(bytes: Uint8Array<ArrayBuffer>): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag, first] = [bytes[at], bytes[at + 1]];
    if (tag === undefined || first === undefined) throw new TypeError('cut off');
    const more = first < 0x80 ? 0 : first & 0x7f;
    if (first === 0x80 || more > 3) throw new TypeError('no definite length');
    const length = more === 0 ? first : bytes.slice(at + 2, at + 2 + more).reduce((sum, byte) => sum * 256 + byte, 0);
    const begin = at + 2 + more;
    if (begin + length > bytes.length) throw new TypeError('cut off');
    values.push({ tag, whole: bytes.slice(at, begin + length), content: bytes.slice(begin, begin + length) });
    at = begin + length;
  }
  return values;
}

const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;

/** UTCTime (years 1950 to 2049) and GeneralizedTime, both in Z with seconds. */
function timeOf({ tag, content }: Value): number {
  const text = String.fromCharCode(...content);
  const full = tag === UTC_TIME ? `${text < '50' ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (parts === null || (tag !== UTC_TIME && tag !== GENERALIZED_TIME)) throw new TypeError('no time');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(Number(year), Number(month) - 1, day, hour, minute, second);
}
