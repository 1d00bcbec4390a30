/** Citizen id, old citizen id, tax code, passport: anything that may be one. */
const IDENTITY = /^(\d{9}|\d{10}(-?\d{3})?|\d{12}|[A-Z]\d{7,8})$/;
const NUMBERS_AT_MOST = 200;
const DEPTH_AT_MOST = 12;

/**
 * Every text in a foreign record that may be an identity number, so that a person's data is found by it whatever the
 * field is called. Taking a phone number for one does no harm: only a keyed digest is kept.
 */
export function identityLike(value: unknown): string[] {
  const found = new Set<string>();
  walk(value, 0, found);
  return [...found];
}

function walk(value: unknown, depth: number, found: Set<string>): void {
  if (found.size >= NUMBERS_AT_MOST || depth > DEPTH_AT_MOST) return;
  if (typeof value === 'string') {
    if (value.length > 20) return;
    const text = value.trim();
    if (IDENTITY.test(text)) found.add(text);
  } else if (typeof value === 'number') walk(String(value), depth, found);
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) walk(inner, depth + 1, found);
}
