import { DOMParser, type Document, type Element, type Node, onErrorStopParsing } from '@xmldom/xmldom';
import { DSIG } from './algorithms.ts';
import type { Path, SignatureProfile } from './profile.ts';

const ELEMENT = 1;
const INSTRUCTION = 7;
const COMMENT = 8;
const ALLOWED: ReadonlySet<number> = new Set([ELEMENT, 2, 3, 4, COMMENT]);

export const isElement = (node: Node): node is Element => node.nodeType === ELEMENT;

/** Of a text that `examineXml` has read: the bounds are its. Throws for what this parser does not take. */
export const documentOf = (text: string): Document =>
  new DOMParser({ onError: onErrorStopParsing }).parseFromString(text.replace(/^\ufeff/, ''), 'text/xml');

export const childElements = (element: Element): Element[] => [...element.childNodes].filter(isElement);

/** Every node below, in document order. */
function* below(node: Node): Generator<Node> {
  for (const child of node.childNodes) {
    yield child;
    yield* below(child);
  }
}

/** The one element at a path, all of it in the root's namespace; undefined for none and for several. */
export function elementAt(document: Document, path: Path): Element | undefined {
  const root = document.documentElement;
  const [first, ...rest] = path;
  if (root === null || root.localName !== first) return undefined;
  let found: Element = root;
  for (const name of rest) {
    const [next, ...others] = childElements(found).filter((each) => each.localName === name);
    if (next === undefined || others.length > 0 || next.namespaceURI !== root.namespaceURI) return undefined;
    found = next;
  }
  return found;
}

export type Misplaced = 'no-signature' | 'several-signatures' | 'misplaced' | 'duplicate-id' | 'shape';
export interface Placed {
  /** What is signed, in the order of the document. */
  readonly targets: readonly Element[];
  readonly signature: Element;
}

/** Signature and signed elements, each the only one of its kind in the whole document and at its place. */
export function placedIn(document: Document, profile: SignatureProfile): Placed | Misplaced {
  const all = [...below(document)];
  const elements = all.filter(isElement);
  const [signature, ...others] = elements.filter(
    (each) => each.localName === 'Signature' && each.namespaceURI === DSIG,
  );
  if (signature === undefined) return 'no-signature';
  if (others.length > 0) return 'several-signatures';
  if (signature.parentNode !== elementAt(document, profile.place)) return 'misplaced';
  if (all.some((each) => isUncommon(each)) || [...below(signature)].some(({ nodeType }) => nodeType === COMMENT))
    return 'shape';
  const targets = targetsIn(document, elements, profile);
  if (typeof targets === 'string') return targets;
  return targets.some((each) => each.contains(signature)) ? 'misplaced' : { targets, signature };
}

/** Instructions (but for the XML declaration), and namespaces with signs that canonical XML would have to escape. */
const isUncommon = (node: Node): boolean =>
  isElement(node)
    ? [...node.attributes].some(({ name, value }) => /^xmlns(?::|$)/.test(name) && /[<>&"\s]/.test(value))
    : !ALLOWED.has(node.nodeType) && !(node.nodeType === INSTRUCTION && node.nodeName === 'xml');

export function targetsIn(
  document: Document,
  elements: readonly Element[],
  { signed }: SignatureProfile,
): Element[] | 'misplaced' | 'duplicate-id' {
  if (signed.by === 'id') {
    const target = elementAt(document, signed.path);
    if (target?.getAttributeNode(signed.attribute)?.value !== signed.id) return 'misplaced';
    // However such an attribute is spelt: somebody else's reader may take it for an id.
    const bearers = elements.flatMap((each) =>
      [...each.attributes].filter(
        ({ localName, value }) =>
          localName?.toLowerCase() === 'id' && value.trim().toLowerCase() === signed.id.toLowerCase(),
      ),
    );
    return bearers.length === 1 ? [target] : 'duplicate-id';
  }
  const found = signed.paths.map((path) => elementAt(document, path));
  const targets = found.filter((each) => each !== undefined);
  if (targets.length < found.length || targets.some(({ namespaceURI }) => namespaceURI)) return 'misplaced';
  const names = new Set(targets.map(({ localName }) => localName));
  const strays = elements.filter(
    (each) => names.has(each.localName) && !each.namespaceURI && !targets.some((target) => target.contains(each)),
  );
  const inOrder = [...elements].filter((each) => targets.includes(each)).every((each, at) => each === targets[at]);
  return strays.length === 0 && inOrder ? targets : 'misplaced';
}
