import { epochMs, vietnamTime } from '../../contracts/domain/time.ts';

/**
 * The day in Vietnam that a channel's own text of a time is of: with an offset, as it stands, day or year first, with
 * strokes or without. Undefined where it is none of them: then it counts for the day on which it was heard.
 */
export function saidDay(text: string | null): string | undefined {
  if (text === null) return undefined;
  if (/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)) {
    const ms = epochMs(text);
    return Number.isNaN(ms) ? undefined : vietnamTime(ms).slice(0, 10);
  }
  if (/^1[5-9]\d{8}(?:\d{3})?$/.test(text)) return vietnamTime(Number(text.padEnd(13, '0'))).slice(0, 10);
  const [, y1, m1, d1] = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})/.exec(text) ?? [];
  const [, d2, m2, y2] = /(?:^| )(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})/.exec(text) ?? [];
  const [year, month, day] = [y1 ?? y2, m1 ?? m2, d1 ?? d2];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const told = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return Number.isNaN(Date.parse(`${told}T00:00:00Z`)) || year < '1990' ? undefined : told;
}
