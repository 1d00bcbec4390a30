const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const VIETNAM_MS = 7 * HOUR_MS;

/** Public holidays that fell on, or were moved to, weekdays around the synthetic year. */
const holidays: ReadonlySet<string> = new Set([
  '2022-01-03',
  '2022-01-31',
  '2022-02-01',
  '2022-02-02',
  '2022-02-03',
  '2022-02-04',
  '2022-04-11',
  '2022-05-02',
  '2022-05-03',
  '2022-09-01',
  '2022-09-02',
  '2023-01-02',
]);

/** Epoch milliseconds of midnight in Vietnam. */
export function midnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) - VIETNAM_MS;
}

/** Working days counted from an anchor, so that "three working days later" is an addition. */
export class WorkingDays {
  readonly #days: readonly number[];
  readonly #anchor: number;

  /** Knows 400 days before `from` and after `to`. Day 0 is the first working day on or after `from`. */
  constructor(from: string, to: string = from) {
    const days: number[] = [];
    for (let day = midnight(from) - 400 * DAY_MS; day <= midnight(to) + 400 * DAY_MS; day += DAY_MS) {
      const local = new Date(day + VIETNAM_MS);
      const weekday = local.getUTCDay();
      if (weekday !== 0 && weekday !== 6 && !holidays.has(local.toISOString().slice(0, 10))) days.push(day);
    }
    this.#days = days;
    this.#anchor = days.findIndex((day) => day >= midnight(from));
  }

  /** Midnight in Vietnam of the n-th working day; negative before the anchor. */
  at(n: number): number {
    const day = this.#days[this.#anchor + n];
    if (day === undefined) throw new RangeError(`working day ${n} is outside the calendar`);
    return day;
  }

  /** The number of working days from the anchor up to and including `date`. */
  countTo(date: string): number {
    const end = midnight(date);
    return this.#days.filter((day) => day >= this.at(0) && day <= end).length;
  }
}

/** A moment of the office day (07:30 to 11:30, 13:30 to 17:00), on a whole second; `part` runs from 0 to 1. */
export function officeTime(day: number, part: number): number {
  const open = part * 7.5;
  const hour = open < 4 ? 7.5 + open : 13.5 + (open - 4);
  return day + Math.floor(hour * 3_600) * 1_000;
}

/** The end of the office day, when everything is due. */
export function closing(day: number): number {
  return day + 17 * HOUR_MS;
}

/** RFC 3339 in Vietnamese time, to the second. */
export function vietnamText(ms: number): string {
  return `${new Date(ms + VIETNAM_MS).toISOString().slice(0, 19)}+07:00`;
}

/** yyMMdd, as it stands in a dossier code. */
export function codeDay(ms: number): string {
  const text = new Date(ms + VIETNAM_MS).toISOString();
  return text.slice(2, 4) + text.slice(5, 7) + text.slice(8, 10);
}
