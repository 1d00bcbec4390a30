/**
 * Days on which public offices and banks in Vietnam rest beside Saturdays and Sundays: the holidays of the Labour Code
 * (article 112), with the days that take the place of those that fall on a rest day, as each year's notice set them.
 * Data: a year that is not listed has its fixed days alone.
 */
const REST_DAYS: ReadonlySet<string> = new Set([
  // 2022: Tết 31 January to 4 February.
  ...['2022-01-03', '2022-01-31', '2022-02-01', '2022-02-02', '2022-02-03', '2022-02-04', '2022-04-11'],
  ...['2022-05-02', '2022-05-03', '2022-09-01', '2022-09-02'],
  // 2023: Tết 20 to 26 January.
  ...['2023-01-02', '2023-01-20', '2023-01-23', '2023-01-24', '2023-01-25', '2023-01-26', '2023-05-01', '2023-05-02'],
  ...['2023-05-03', '2023-09-01', '2023-09-04'],
  // 2024: Tết 8 to 14 February; 29 April was worked on 4 May instead.
  ...['2024-01-01', '2024-02-08', '2024-02-09', '2024-02-12', '2024-02-13', '2024-02-14', '2024-04-18', '2024-04-29'],
  ...['2024-04-30', '2024-05-01', '2024-09-02', '2024-09-03'],
  // 2025: Tết 27 to 31 January; 2 May was worked on 26 April instead.
  ...['2025-01-01', '2025-01-27', '2025-01-28', '2025-01-29', '2025-01-30', '2025-01-31', '2025-04-07', '2025-04-30'],
  ...['2025-05-01', '2025-05-02', '2025-09-01', '2025-09-02'],
  // 2026: Tết 16 to 20 February; 2 January and 31 August are worked on 10 January and 22 August instead.
  ...['2026-01-01', '2026-01-02', '2026-02-16', '2026-02-17', '2026-02-18', '2026-02-19', '2026-02-20', '2026-04-27'],
  ...['2026-04-30', '2026-05-01', '2026-08-31', '2026-09-01', '2026-09-02'],
]);
/** Saturdays that are worked for a rest day between a holiday and a week's end. */
const WORKED: ReadonlySet<string> = new Set(['2024-05-04', '2025-04-26', '2026-01-10', '2026-08-22']);
const FIXED: ReadonlySet<string> = new Set(['01-01', '04-30', '05-01', '09-02']);

const DAY_MS = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Whether offices and banks work on a civil day, `YYYY-MM-DD`. */
export function isWorkingDay(day: string): boolean {
  if (WORKED.has(day)) return true;
  const weekday = new Date(at(day)).getUTCDay();
  return weekday !== 0 && weekday !== 6 && !REST_DAYS.has(day) && !FIXED.has(day.slice(5));
}

/** Working days after the one up to and with the other; 0 where it is not later. */
export function workingDaysBetween(from: string, to: string): number {
  let count = 0;
  for (let time = at(from) + DAY_MS; time <= at(to); time += DAY_MS)
    if (isWorkingDay(new Date(time).toISOString().slice(0, 10))) count += 1;
  return count;
}

/** The last working day before a civil day. */
export function workingDayBefore(day: string): string {
  for (let time = at(day) - DAY_MS; ; time -= DAY_MS) {
    const before = new Date(time).toISOString().slice(0, 10);
    if (isWorkingDay(before)) return before;
  }
}
