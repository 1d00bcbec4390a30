const VIETNAM_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** How the gateway writes a time: not published, `dmy` is assumed after the dates of GetListOrder. */
export type TimeStyle = 'dmy' | 'ymd' | 'seconds';

/** `yyyy-MM-dd HH:mm:ss` in Vietnam. */
export const localTime = (at: number): string => new Date(at + VIETNAM_MS).toISOString().slice(0, 19).replace('T', ' ');

export function wireTime(at: number | undefined, style: TimeStyle): string {
  if (at === undefined) return '';
  if (style === 'seconds') return String(Math.floor(at / 1_000));
  const local = localTime(at);
  if (style === 'ymd') return local;
  return `${local.slice(8, 10)}-${local.slice(5, 7)}-${local.slice(0, 4)} ${local.slice(11)}`;
}

/** The first millisecond of `dd-MM-yyyy` in Vietnam, or the last one; undefined where there is no such day. */
export function dayBound(date: string, bound: 'first' | 'last'): number | undefined {
  const [, day, month, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(date) ?? [];
  if (day === undefined) return undefined;
  const iso = `${year}-${month}-${day}`;
  const first = Date.parse(`${iso}T00:00:00+07:00`);
  if (Number.isNaN(first) || !localTime(first).startsWith(iso)) return undefined;
  return bound === 'first' ? first : first + DAY_MS - 1;
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** A `time_limit`; without a zone it is Vietnam's [assumed]. */
export function isoTime(value: string): number | undefined {
  const [, , , zone] = ISO.exec(value) ?? [];
  if (!ISO.test(value)) return undefined;
  const at = Date.parse(zone === undefined ? `${value}+07:00` : value);
  return Number.isNaN(at) ? undefined : at;
}
