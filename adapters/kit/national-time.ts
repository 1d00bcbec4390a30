import { isPlausible, VIETNAM_OFFSET_MS, vietnamTime } from '../../contracts/domain/time.ts';

/** `yyyyMMddHHmmss` in Asia/Ho_Chi_Minh of an RFC 3339 time (WIRE.md 1.4); "" for none, as the portal writes it. */
export function nationalTime(instant: string | null | undefined): string {
  if (instant == null || instant === '') return '';
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return '';
  // Nearly all times come in Vietnamese time and to the second: what stands there is what is wanted.
  const local =
    instant.length >= 25 && instant.endsWith('+07:00') ? instant : new Date(ms + VIETNAM_OFFSET_MS).toISOString();
  return `${local.slice(0, 4)}${local.slice(5, 7)}${local.slice(8, 10)}${local.slice(11, 13)}${local.slice(14, 16)}${local.slice(17, 19)}`;
}

/**
 * The RFC 3339 time (`+07:00`) of a national `yyyyMMddHHmmss`, or of its day alone `yyyyMMdd`. Undefined for a text
 * that is no time, such as the 31st of February, which is never bent into a neighbouring day, and for the fillers of
 * some systems, such as the year 1.
 */
export function fromNationalTime(text: string): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = match;
  return exactly(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
}

/** The same for `dd/MM/yyyy` and `dd/MM/yyyy HH:mm:ss` (WIRE.md A2.5). */
export function fromSlashedTime(text: string): string | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim());
  if (!match) return undefined;
  const [, day = '', month = '', year, hour = '0', minute = '00', second = '00'] = match;
  const two = (part: string) => part.padStart(2, '0');
  return exactly(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}`);
}

function exactly(local: string): string | undefined {
  const ms = Date.parse(`${local}Z`);
  if (Number.isNaN(ms) || !isPlausible(local) || new Date(ms).toISOString().slice(0, 19) !== local) return undefined;
  return vietnamTime(ms - VIETNAM_OFFSET_MS);
}
