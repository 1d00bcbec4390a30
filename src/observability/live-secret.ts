/**
 * A text that is looked at again whenever it is used, as a secret in a file that may be changed while we run. What
 * cannot be read or is not acceptable changes nothing: the last good text stays in use, and `told` hears of it once.
 */
export function liveText(
  first: string,
  parts: {
    /** The text as it stands now; may throw. */
    readonly read: () => string;
    /** What is wrong with a text, in words that hold nothing of it; undefined: it may be used. */
    readonly problemOf: (text: string) => string | undefined;
    /** Undefined: a new text is in use from now on. */
    readonly told: (problem: string | undefined) => void;
  },
): () => string {
  let good = first;
  let seen: string | undefined = first;
  const note = (text: string | undefined): void => {
    if (text === seen) return;
    seen = text;
    const problem = text === undefined ? 'cannot be read' : parts.problemOf(text);
    const back = text === good;
    if (text !== undefined && problem === undefined) good = text;
    if (!back) parts.told(problem);
  };
  return () => {
    try {
      note(parts.read());
    } catch {
      note(undefined);
    }
    return good;
  };
}

/**
 * Parsed values as properties that follow live texts: when one has changed, all are parsed anew; texts that do not
 * parse together change nothing.
 */
export function liveValues(
  first: object,
  texts: ReadonlyMap<string, () => string>,
  parse: (texts: Readonly<Record<string, string>>) => object | undefined,
): object {
  const now = (): Record<string, string> => Object.fromEntries([...texts].map(([name, text]) => [name, text()]));
  let seen = now();
  let values = parse(seen) ?? first;
  const present = (): Readonly<Record<string, unknown>> => {
    const texts = now();
    if (Object.entries(texts).some(([name, text]) => text !== seen[name])) {
      seen = texts;
      values = parse(texts) ?? values;
    }
    return values as Readonly<Record<string, unknown>>;
  };
  return Object.defineProperties(
    {},
    Object.fromEntries(Object.keys(first).map((name) => [name, { enumerable: true, get: () => present()[name] }])),
  );
}
