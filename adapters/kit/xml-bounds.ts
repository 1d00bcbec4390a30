/** How much of an XML text is read at all. Each bounds work that a sender could cause. */
export interface XmlBounds {
  /** UTF-16 units of the whole text; for bytes, bytes. */
  readonly characters: number;
  /** Elements within one another, the root counted. More than a thousand are never read. */
  readonly depth: number;
  readonly elements: number;
  /** Of one element, namespace declarations counted. */
  readonly attributes: number;
  /** UTF-16 units of one run of text, as written. */
  readonly text: number;
}

export const XML_BOUNDS: XmlBounds = {
  characters: 2 * 1024 * 1024,
  depth: 100,
  elements: 100_000,
  attributes: 100,
  text: 2 * 1024 * 1024,
};

export const DEEPEST = 1_000;

export type XmlBreach = 'too-deep' | 'too-many-elements' | 'too-many-attributes' | 'text-too-long';

/** What is no element (comment, CDATA, instruction), an end, or a beginning with its quoted values. */
const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/[^>]*>|<(?:[^"'>]|"[^"]*"|'[^']*')*>/g;
const VALUE = /=\s*(?:"[^"]*"|'[^']*')/g;

/** The first bound that a well-formed text breaks, and where; what is not well-formed is not for it. */
export function boundBroken(
  text: string,
  bounds: XmlBounds,
): { readonly why: XmlBreach; readonly at: number } | undefined {
  let [depth, elements, run, end] = [0, 0, 0, 0];
  const deepest = Math.min(bounds.depth, DEEPEST);
  for (const { 0: markup, index } of text.matchAll(MARKUP)) {
    run += index - end;
    end = index + markup.length;
    // Comments divide no text: what stands on both sides of one is read as one.
    if (markup.startsWith('<![')) run += markup.length;
    if (run > bounds.text) return { why: 'text-too-long', at: index };
    if (markup.startsWith('<!') || markup.startsWith('<?')) continue;
    run = 0;
    if (markup.startsWith('</')) {
      depth -= 1;
      continue;
    }
    elements += 1;
    if (elements > bounds.elements) return { why: 'too-many-elements', at: index };
    if ((markup.match(VALUE)?.length ?? 0) > bounds.attributes) return { why: 'too-many-attributes', at: index };
    if (depth + 1 > deepest) return { why: 'too-deep', at: index };
    if (!markup.endsWith('/>')) depth += 1;
  }
  return undefined;
}
