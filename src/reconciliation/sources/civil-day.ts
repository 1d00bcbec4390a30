const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `YYYY-MM-DD` of a day that the calendar has, between 1900 and 2199; undefined for any other. */
export function civilDay(year: number, month: number, day: number): string | undefined {
  if (!(year >= 1900 && year < 2200) || !(day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0))) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !leap) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
