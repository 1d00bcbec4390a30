import { civilDay } from './civil-day.ts';

/** Day and time of a text, whatever stands between its numbers; years of two digits are of this century. */
export function writtenDay(
  text: string,
  order: 'dmy' | 'ymd' | 'mdy',
): { readonly date: string; readonly time: string | null } | undefined {
  const [, a, b, c, hour, minute, second = '00'] =
    /^\s*(\d{1,4})[\s/.-]+(\d{1,2})[\s/.-]+(\d{1,4})(?:[T\s,-]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?/.exec(text) ??
    packed(text, order) ??
    [];
  if (a === undefined || b === undefined || c === undefined) return undefined;
  // Whoever writes four digits first means a year, whatever was said of the order.
  const given = a.length === 4 ? 'ymd' : order;
  const [year, month, day] = given === 'ymd' ? [a, b, c] : given === 'dmy' ? [c, b, a] : [c, a, b];
  const full = year.length <= 2 ? 2000 + Number(year) : Number(year);
  const date = civilDay(full, Number(month), Number(day));
  if (date === undefined) return undefined;
  if (hour === undefined || minute === undefined) return { date, time: null };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return { date, time: `${hour.padStart(2, '0')}:${minute}:${second}` };
}

/** Eight digits in a row, or fourteen. */
const packed = (text: string, order: 'dmy' | 'ymd' | 'mdy'): string[] | null =>
  order === 'ymd'
    ? /^\s*(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?\s*$/.exec(text)
    : /^\s*(\d{2})(\d{2})(\d{4})(?:(\d{2})(\d{2})(\d{2}))?\s*$/.exec(text);

/** A day that a text begins with, and what stands behind it. */
export interface DayTold {
  readonly day: string;
  /** `HH:mm:ss`, where a time of day follows it. */
  readonly time: string | null;
  readonly rest: string;
}

const BEGINS =
  /^\s*(?:(\d{1,2})([/-])(\d{1,2})\2(\d{4})|(\d{4})-(\d{2})-(\d{2}))(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?(?=\s|$)/;

/** `dd/MM/yyyy`, `dd-MM-yyyy` or `yyyy-MM-dd`; `impossible` for what has the shape and is no day or no time; undefined for other texts. */
export function dayIn(text: string): DayTold | 'impossible' | undefined {
  const found = BEGINS.exec(text);
  if (found === null) return undefined;
  const [whole, d1 = '', , m1 = '', y1 = '', y2 = '', m2 = '', d2 = '', hour, minute = '00', second = '00'] = found;
  const [year, month, date] = [y1 || y2, m1 || m2, d1 || d2];
  const day = civilDay(Number(year), Number(month), Number(date));
  if (day === undefined) return 'impossible';
  if (hour !== undefined && (hour > '23' || minute > '59' || second > '59')) return 'impossible';
  const time = hour === undefined ? null : `${hour}:${minute}:${second}`;
  return { day, time, rest: text.slice(whole.length).trim() };
}
