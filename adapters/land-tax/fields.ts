import type { SignatureStrength } from '../../contracts/domain/transfer-slip.ts';
import { type Drift, drift } from '../adapter.ts';
import { elementsIn, examineXml, textIn, type XmlElement } from '../kit/xml.ts';
import type { XmlBounds } from '../kit/xml-bounds.ts';
import { landProfile } from '../kit/xml-signature/partner-profiles.ts';
import { verifyXml } from '../kit/xml-signature/verify.ts';
import type { LandTaxConfig } from './config.ts';

/** An answer is a form of some sixty fields and perhaps five documents. */
const BOUNDS: Partial<XmlBounds> = { characters: 4 * 1024 * 1024, elements: 2_000, depth: 30, attributes: 20 };

/** Where in an answer a field stands, as drift names it: the path inside the XML, below the text that held it. */
export const ROW = '/ReturnValue/DATA/BODY/ROW';

/** Fields under ROW by their names, wherever below it and in whatever namespace they stand. */
export type Fields = Readonly<Record<string, string>>;

/** Of one answer, and how well it is signed. */
interface Gathered {
  readonly kind: 'fields';
  readonly fields: Fields;
  readonly signature: SignatureStrength;
}

/**
 * The fields of an answer. Where the tax side's certificates are known it needs their signature, and only what is signed
 * is read.
 */
export async function fieldsIn({ trustedCerts }: LandTaxConfig, xml: string, wall: number): Promise<Gathered | Drift> {
  const read = trustedCerts === undefined ? bodyIn(xml) : await signedBodyIn(xml, trustedCerts, wall);
  if ('kind' in read) return read;
  const rows = elementsIn(read.body).filter(({ name }) => name === 'ROW');
  const [row] = rows;
  if (row === undefined || rows.length > 1) return drift('/ReturnValue/DATA/BODY', 'one ROW', counted(rows.length));
  const fields = gathered(row);
  return fields.kind === 'drift' ? fields : { ...fields, signature: read.signature };
}

interface Body {
  readonly body: XmlElement;
  readonly signature: SignatureStrength;
}

async function signedBodyIn(xml: string, trusted: string, wall: number): Promise<Body | Drift> {
  const read = await verifyXml(xml, landProfile, { trusted, wall, bounds: BOUNDS });
  if (read.ok) return { body: read.signed, signature: read.weak ? 'weak' : 'good' };
  if (read.why === 'unreadable') return drift('/ReturnValue', 'XML within bounds', read.detail ?? read.why);
  return drift('/ReturnValue/DATA/SECURITY', "the tax side's signature", read.why);
}

function bodyIn(xml: string): Body | Drift {
  const read = examineXml(xml, BOUNDS);
  if (!read.ok) return drift('/ReturnValue', 'XML within bounds', read.why);
  if (read.root.name !== 'DATA') return drift('/ReturnValue', 'DATA', 'another element');
  const bodies = elementsIn(read.root).filter(({ name }) => name === 'BODY');
  const [body] = bodies;
  return body === undefined || bodies.length > 1
    ? drift('/ReturnValue/DATA', 'one BODY', counted(bodies.length))
    : { body, signature: 'unchecked' };
}

const counted = (found: number): string => (found === 0 ? 'none' : 'several');

/** A name that stands there twice has no value that could be believed. */
function gathered(row: XmlElement): { readonly kind: 'fields'; readonly fields: Fields } | Drift {
  const fields = new Map<string, string>();
  const waiting = [...elementsIn(row)];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    const inner = elementsIn(each);
    waiting.push(...inner);
    if (inner.length > 0) continue;
    if (fields.has(each.name)) return drift(`${ROW}/${each.name}`, 'one', 'several');
    fields.set(each.name, textIn(each));
  }
  return { kind: 'fields', fields: Object.fromEntries(fields) };
}
