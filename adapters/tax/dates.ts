import { isPlausible } from '../../contracts/domain/time.ts';
import { misread, shortWords } from './reading.ts';

/** How a day is written; a time may follow where one was seen (WIRE.md 3.1, A5). */
const FORMS = {
  'dd-MM-yyyy': /^(?<day>\d{2})-(?<month>\d{2})-(?<year>\d{4})(?: \d{2}:\d{2}:\d{2})?$/,
  /** SEND_DATE of answers alone. */
  'MM-dd-yyyy': /^(?<month>\d{2})-(?<day>\d{2})-(?<year>\d{4})(?: \d{2}:\d{2}:\d{2})?$/,
  'dd/MM/yyyy': /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})(?: \d{2}:\d{2}:\d{2})?$/,
  'yyyy-MM-dd': /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)?$/,
} as const;
export type DateForm = keyof typeof FORMS;

/** `YYYY-MM-DD`; undefined for a text that is no such day, such as the 31st of February. */
export function dayIn(text: string, form: DateForm): string | undefined {
  const { day = '', month = '', year } = FORMS[form].exec(text.trim())?.groups ?? {};
  if (year === undefined) return undefined;
  const read = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const ms = Date.parse(`${read}T00:00:00Z`);
  const exists = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(read);
  return exists && isPlausible(read) ? read : undefined;
}

/** Of those who write it in one of `forms`, no text of which can be read as two days; null for none. */
export const dayOf =
  (...forms: readonly DateForm[]) =>
  (text: string | undefined, at: string): string | null => {
    const written = shortWords(text, at);
    if (written === null) return null;
    const read = forms.map((form) => dayIn(written, form)).find((day) => day !== undefined);
    return read ?? misread(at, forms.join(' or '), 'another text');
  };
