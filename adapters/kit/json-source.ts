const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/**
 * The members of a JSON object as their sender wrote them: `50000.0` and `50000` are one number and two texts, and a
 * seal is made over the text. Of two members of one name the last counts, as `JSON.parse` has it. The text has to be
 * valid JSON; of anything but an object there are none.
 */
export function memberSources(json: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  let depth = 0;
  let name: string | undefined;
  let named = false;
  let from = -1;
  let to = 0;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (depth === 1) {
      if (token === ',' || token === '}') {
        if (name !== undefined && from >= 0) sources.set(name, json.slice(from, to));
        name = undefined;
        named = false;
        from = -1;
      } else if (token === ':') named = true;
      else if (named) from = from < 0 ? index : from;
      else if (token.startsWith('"')) name = String(JSON.parse(token));
    }
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    to = index + token.length;
  }
  return sources;
}
