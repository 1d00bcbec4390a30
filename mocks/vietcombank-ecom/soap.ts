import { soapEnvelope as enveloped, escaped, unescaped } from '../kit/xml-text.ts';

/** The SOAP around the JSON text. No description of the service is known: all of this is assumed. */
const NAMESPACE = 'http://tempuri.org/';

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
  return name === undefined || text === undefined ? undefined : { name, text: unescaped(text) };
}
