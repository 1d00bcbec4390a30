import { escaped, soapEnvelope, unescaped } from '../kit/xml-text.ts';

/** The SOAP around the texts. No description of the services is known: all of this is assumed. */
const NAMESPACE = 'http://tempuri.org/';

export const soapAnswer = (operation: string, text: string): string =>
  soapEnvelope(
    `<${operation}Response xmlns="${NAMESPACE}"><${operation}Result>${escaped(text)}</${operation}Result></${operation}Response>`,
  );

export const soapCall = (operation: string, parts: Readonly<Record<string, string>>): string =>
  soapEnvelope(
    `<${operation} xmlns="${NAMESPACE}">${Object.entries(parts)
      .map(([name, text]) => `<${name}>${escaped(text)}</${name}>`)
      .join('')}</${operation}>`,
  );

const CALL = /<soap:Body>\s*<(\w+)[^>]*>([\s\S]*)<\/\1>\s*<\/soap:Body>/;

export interface Called {
  readonly operation: string;
  readonly parts: Readonly<Record<string, string>>;
}

/** An operation with its texts; without a name where it could not be read. */
export function calledBy(xml: string): Called {
  const [, operation = '', inner = ''] = CALL.exec(xml) ?? [];
  return { operation, parts: leavesIn(inner) };
}

/** The text of an answer. */
export const answeredText = (xml: string): string => unescaped(/<\w+Result>([^<]*)</.exec(xml)?.[1] ?? '');

/** Elements that hold a text alone, the last of each name. */
export function leavesIn(xml: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, unescaped(text)]),
  );
}
