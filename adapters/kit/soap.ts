import { type Drift, drift, type Unknown, unknown } from '../adapter.ts';
import { elementsIn, readXml, textIn, type XmlElement, xmlText } from './xml.ts';

/** SOAP 1.1 and 1.2. */
const ENVELOPES: ReadonlySet<string> = new Set([
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2003/05/soap-envelope',
]);

/** A text that goes as CDATA, as some expect one that is XML itself. */
interface Unescaped {
  readonly cdata: string;
}

/** A call of SOAP 1.1: one operation with its texts, in this order. A header is XML already, such as `usernameToken` makes. */
export function soapCall(
  namespace: string,
  operation: string,
  parts: Readonly<Record<string, string | Unescaped>>,
  header = '',
): string {
  const inner = Object.entries(parts).map(([name, text]) => `<${name}>${written(text)}</${name}>`);
  const before = header === '' ? '' : `<soap:Header>${header}</soap:Header>`;
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">${before}<soap:Body><${operation} xmlns="${xmlText(namespace)}">${inner.join('')}</${operation}></soap:Body></soap:Envelope>`;
}

const written = (text: string | Unescaped): string =>
  typeof text === 'string' ? xmlText(text) : `<![CDATA[${text.cdata.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;

/** A fault in their words, which may hold personal data. */
export interface SoapFault {
  readonly kind: 'fault';
  readonly words: string;
}
interface SoapBody {
  readonly kind: 'body';
  /** The one element of the body. */
  readonly element: XmlElement;
}

/** No XML at all is unknown (a proxy's page, half a body); XML of another shape is drift. */
export function readSoap(text: string): SoapBody | SoapFault | Unknown | Drift {
  const envelope = readXml(text);
  if (envelope === undefined) return unknown('unreadable');
  if (envelope.name !== 'Envelope' || !ENVELOPES.has(envelope.namespace))
    return drift('', 'a SOAP envelope', 'another element');
  const bodies = elementsIn(envelope).filter(
    ({ name, namespace }) => name === 'Body' && namespace === envelope.namespace,
  );
  const [body] = bodies;
  if (body === undefined || bodies.length > 1)
    return drift('/Envelope', 'one Body', body === undefined ? 'missing' : 'several');
  const [element, ...others] = elementsIn(body);
  if (element === undefined || others.length > 0)
    return drift('/Envelope/Body', 'one element', element === undefined ? 'missing' : 'several');
  if (element.name !== 'Fault' || element.namespace !== envelope.namespace) return { kind: 'body', element };
  return { kind: 'fault', words: allText(element) };
}

const allText = (element: XmlElement): string =>
  [textIn(element), ...elementsIn(element).map(allText)]
    .map((text) => text.trim())
    .filter(Boolean)
    .join(' ');
