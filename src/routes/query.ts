/** More than any route or any known system asks with. */
export const QUERY_PARAMETERS_AT_MOST = 64;
export const QUERY_CHARACTERS_AT_MOST = 8_192;

export interface ReadQuery {
  /** A single value as text, a repeated one as an array. Of a query beyond the bounds only its beginning. */
  readonly values: Readonly<Record<string, string | string[]>>;
  /** Whether that is the whole query. */
  readonly whole: boolean;
}

/** The query of an address. It is bounded before it is decoded: its cost does not depend on what a stranger sends. */
export function readQuery(url: string): ReadQuery {
  const values: Record<string, string | string[]> = Object.create(null);
  const start = url.indexOf('?');
  if (start < 0) return { values, whole: true };
  const end = bounded(url, start + 1);
  for (const [name, value] of new URLSearchParams(url.slice(start + 1, end))) {
    const held = values[name];
    if (held === undefined) values[name] = value;
    else if (Array.isArray(held)) held.push(value);
    else values[name] = [held, value];
  }
  return { values, whole: end === url.length };
}

/** Where the query ends, or where it goes beyond a bound. */
function bounded(url: string, start: number): number {
  const limit = Math.min(url.length, start + QUERY_CHARACTERS_AT_MOST);
  let end = start - 1;
  for (let parameters = 0; parameters < QUERY_PARAMETERS_AT_MOST; parameters++) {
    end = url.indexOf('&', end + 1);
    if (end < 0 || end >= limit) return limit;
  }
  return end;
}
