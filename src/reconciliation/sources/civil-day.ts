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
  const [year, month, date] = [y1 || y2, (m1 || m2).padStart(2, '0'), (d1 || d2).padStart(2, '0')];
  if (!isDay(year, month, date)) return 'impossible';
  if (hour !== undefined && (hour > '23' || minute > '59' || second > '59')) return 'impossible';
  const time = hour === undefined ? null : `${hour}:${minute}:${second}`;
  return { day: `${year}-${month}-${date}`, time, rest: text.slice(whole.length).trim() };
}

function isDay(year: string, month: string, date: string): boolean {
  if (year < '1900' || year > '2199' || month < '01' || month > '12' || date < '01') return false;
  return Number(date) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
}
