/** The one file that normalises: what it gives takes time that grows with a text's length alone. */
const NORMALISES = 'contracts/domain/text.ts';
/** Read once, from those who run the gateway and not from a peer. */
const OPERATORS = /(^|\/)(config|policy)\.ts$|^src\/(crypto|runtime)\/|^src\/[^/]+\/room\.ts$/;

/** Checks of zod that look at every character of a text. */
const LOOKS_AT_ALL =
  /\.(normalize|regex|email|url|datetime|overwrite|toLowerCase|toUpperCase|trim)\(|\bz\.(email|url|iso\s*\.\w+)\(/g;
const BOUNDED_BY = /\babort: true\b|\b(?:boundedText|words|asGiven|webAddress|digits)\b/;
const STRING =
  /\bz\s*\.string\(\)|(?<!\.check\(\s*)\bz\.(?:email|url|iso\s*\.\w+)\(|\b(?:boundedText|words|asGiven|webAddress)\(/g;
const LITERAL = /^\.regex\(\s*\/((?:\\.|\[(?:\\.|[^\]])*\]|[^/\\[])+)\//;

/** Nothing in it repeats without an end, and both ends are held: a long text fails at once. */
const endsSoon = (pattern: string): boolean =>
  /^\^.*\$$/s.test(pattern) && !/[*+]|\{\d+,\}/.test(pattern.replaceAll(/\[(?:\\.|[^\]])*\]|\\./g, 'x'));

/**
 * Where a source composes a text by itself, or holds one against a pattern before its length is bounded: either may cost
 * the square of the length, and a check of zod that failed does not keep the next one from running unless it aborts. It
 * reads texts, not programs: a chain of checks is what follows a string up to the end of its statement.
 */
export function textBreaches(file: string, source: string): readonly string[] {
  const text = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '$1');
  const breaches = new Set<string>();
  if (file !== NORMALISES && /\.normalize\(/.test(text))
    breaches.add('texts are brought to one form by composed or unmarked of contracts/domain/text.ts alone');
  if (file === NORMALISES || OPERATORS.test(file)) return [...breaches];
  for (const start of text.matchAll(STRING)) {
    const chain = chainFrom(text, start.index);
    const bounded = BOUNDED_BY.exec(chain)?.index ?? Number.POSITIVE_INFINITY;
    for (const check of chain.matchAll(LOOKS_AT_ALL)) {
      if (bounded < check.index) continue;
      const pattern = LITERAL.exec(chain.slice(check.index))?.[1];
      if (pattern !== undefined && endsSoon(pattern)) break;
      breaches.add(
        `${check[0]}…) looks at a text whose length is not bounded yet: max(n, { abort: true }) comes first`,
      );
      break;
    }
  }
  return [...breaches];
}

/** From a place to where its chain of calls ends: at a comma, a semicolon or a bracket of what is around it. */
function chainFrom(text: string, from: number): string {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '/' && text[at - 1] === '(') at = endOfPattern(text, at);
    else if (/['"`]/.test(character)) at = endOfQuote(text, at, character);
    else if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character) && --depth < 0) break;
    else if (depth === 0 && (character === ',' || character === ';')) break;
  }
  return text.slice(from, at);
}

function endOfQuote(text: string, from: number, quote: string): number {
  let at = from + 1;
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1;
  return at;
}

function endOfPattern(text: string, from: number): number {
  let at = from + 1;
  let inClass = false;
  for (; at < text.length && (inClass || text[at] !== '/'); at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '[') inClass = true;
    else if (text[at] === ']') inClass = false;
  }
  return at;
}
