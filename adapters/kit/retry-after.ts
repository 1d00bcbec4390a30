const LONGEST_MS = 24 * 3_600_000;

/**
 * Milliseconds to wait by a `Retry-After` of seconds or of an HTTP date; undefined when there is none that can be read.
 * A date is measured from their own `Date`, because their clock and ours may differ by hours. A day is the most that
 * is believed: a slip of theirs does not silence a system for a year.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (!value) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, LONGEST_MS);
  const until = httpDate(value);
  if (until === undefined) return undefined;
  const theirNow = httpDate(headers.date ?? '') ?? now;
  return Math.min(Math.max(0, until - theirNow), LONGEST_MS);
}

/** RFC 9110 dates name the weekday first and end in GMT; anything else `Date.parse` would accept is not one. */
function httpDate(value: string): number | undefined {
  if (!/^[A-Z][a-z]{2,8},? .* GMT$/.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
