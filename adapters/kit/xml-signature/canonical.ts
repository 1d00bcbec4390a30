import type { Element } from '@xmldom/xmldom';
import { XmlCanonicalizer } from 'xmldsigjs';
import { type Canonicalization, canonicalizations } from './algorithms.ts';
import { isElement } from './document.ts';

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XML = 'http://www.w3.org/XML/1998/namespace';

/**
 * One element of a document in canonical XML. Inclusive C14N 1.0 gives it the namespaces in scope and the `xml:`
 * attributes of what it stands in.
 */
export function canonical(element: Element, kind: Canonicalization): string {
  const { exclusive, comments } = canonicalizations[kind];
  const alone = element.cloneNode(true) as Element;
  if (!exclusive) inherit(alone, element);
  return new XmlCanonicalizer(comments, exclusive).Canonicalize(alone);
}

/**
 * What a same-document reference without an XPointer digests: without comments, whatever the transform says (XMLDSig
 * 4.4.3.3).
 */
export const canonicalReferred = (element: Element): string => canonical(element, 'c14n');

function inherit(alone: Element, element: Element): void {
  const said = new Set(Array.from(alone.attributes, ({ name }) => name));
  for (let outer = element.parentNode; outer !== null && isElement(outer); outer = outer.parentNode)
    for (const { name, value, namespaceURI } of outer.attributes) {
      if ((namespaceURI !== XMLNS && namespaceURI !== XML) || said.has(name)) continue;
      said.add(name);
      alone.setAttributeNS(namespaceURI, name, value);
    }
  // There is nothing around that it takes back.
  if (alone.getAttribute('xmlns') === '') alone.removeAttribute('xmlns');
}
