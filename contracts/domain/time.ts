import { z } from 'zod';
import { asGiven } from './text.ts';

/** Digits of a second that a time may have: 9 are a nanosecond. */
const LONGEST_INSTANT = 'YYYY-MM-DDThh:mm:ss.+hh:mm'.length + 20;

/**
 * A moment as it travels in the contract: RFC 3339 with an explicit offset, to the second or finer.
 * A text without offset is refused, because guessing one moves a dossier by seven hours.
 */
export const instant = asGiven(LONGEST_INSTANT)
  .check(
    z.iso.datetime({
      offset: true,
      error: 'must be an RFC 3339 time with an offset, such as 2022-12-01T09:15:00+07:00',
    }),
  )
  .refine(isPlausible, 'must be a time between 1900 and 2199')
  .meta({ description: 'RFC 3339 time with offset', examples: ['2022-12-01T09:15:00+07:00'] });

/** A civil day in Vietnam, `YYYY-MM-DD`. */
export const civilDate = asGiven('YYYY-MM-DD'.length)
  .check(z.iso.date({ error: 'must be a date such as 2022-12-01' }))
  .refine(isPlausible, 'must be a date between 1900 and 2199');

/**
 * Whether a text that begins with its year is a time that somebody can mean: other years are a slip of the pen or a
 * filler of the sending system (0001, 9999), and no store sorts them well. What begins otherwise is not judged here.
 */
export function isPlausible(value: string): boolean {
  return !/^\d{4}-/.test(value) || (value >= '1900' && value < '2200');
}

/** Milliseconds since the Unix epoch of an `instant`. */
export function epochMs(value: string): number {
  return Date.parse(value);
}

/**
 * What an `instant` says beyond its milliseconds: the digits of the second after the third, without zeros at their end.
 * Of two in the same millisecond the one with the greater text is the later.
 */
export function beyondMs(value: string): string {
  const fraction = /\.([0-9]+)/.exec(value)?.[1] ?? '';
  return fraction.slice(3).replace(/0+$/, '');
}

/** Vietnam keeps UTC+7 all year and has no summer time (since 1975). */
export const VIETNAM_OFFSET_MS = 7 * 3_600_000;

/** RFC 3339 text in Vietnamese time (`+07:00`) of a moment given in epoch milliseconds; milliseconds are shown where there are any. */
export function vietnamTime(ms: number): string {
  return `${new Date(ms + VIETNAM_OFFSET_MS).toISOString().slice(0, -1).replace('.000', '')}+07:00`;
}

/** The same of a moment that may not have come: null for null. */
export function vietnamTimeOrNull(ms: number | null | undefined): string | null {
  return ms == null ? null : vietnamTime(ms);
}
