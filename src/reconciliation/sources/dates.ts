/** A civil day as `YYYY-MM-DD`, where such a day exists and somebody can mean it. */
export function civilDay(year: number, month: number, day: number): string | undefined {
  if (year < 1990 || year > 2199) return undefined;
  const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : text;
}

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
