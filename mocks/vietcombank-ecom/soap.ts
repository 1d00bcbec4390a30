/** The SOAP around the JSON text. No description of the service is known: all of this is assumed. */
const NAMESPACE = 'http://tempuri.org/';

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => signs[sign] ?? sign);
const plain = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex: string, decimal: string, name: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return decimal === undefined ? (names[name] ?? whole) : String.fromCodePoint(Number(decimal));
  });

const enveloped = (content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${content}</soap:Body></soap:Envelope>`;

/** An operation with its one text. */
export const soapCall = (operation: string, json: string): string =>
  enveloped(`<${operation} xmlns="${NAMESPACE}"><input>${escaped(json)}</input></${operation}>`);

export const soapAnswer = (operation: string, json: string): string =>
  enveloped(
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${escaped(json)}</${operation}Result></${operation}Response>`,
  );

export const soapAction = (operation: string): string => `"${NAMESPACE}${operation}"`;

const BODY = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)[^>]*>\s*<(?:\w+:)?\w+[^>]*>([^<]*)</;

/** The operation and text of a call, or the element and text of an answer. */
export function soapText(xml: string): { readonly name: string; readonly text: string } | undefined {
  const [, name, text] = BODY.exec(xml) ?? [];
  return name === undefined || text === undefined ? undefined : { name, text: plain(text) };
}
