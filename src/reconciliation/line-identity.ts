import { composed } from '../../contracts/domain/text.ts';
import type { UnderstoodLine } from './sources/understand.ts';

/** Behind the first four digits of interest stands the account's number, which MT940 cuts; an entry's own has five at most. */
const WITH_ACCOUNT = /^(\d{4})\.\d{6,}$/;

/**
 * A document number as it is compared: `5285 - 82284` of a workbook is `5285.82284` of a PDF (WIRE.md A4.1); null where
 * there is none.
 */
export function documentKey(printed: string | null): string | null {
  if (printed === null) return null;
  const key = composed(printed)
    .toUpperCase()
    .replace(/\s+/g, '')
    .replace(/[-–—.]+/g, '.')
    .replace(/^\.|\.$/g, '');
  return key === '' ? null : (WITH_ACCOUNT.exec(key)?.[1] ?? key);
}

/**
 * A narrative as it is compared: letters and digits alone, in capitals. Blanks and line ends are where a bank or a PDF
 * happens to put them, and MT940 writes other marks for those that its character set has not.
 */
export const narrativeKey = (narrative: string): string =>
  composed(narrative)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/**
 * What is one entry, however it came: account, day, document number, amount, direction and narrative. A document number is
 * not unique, not even within a day (WIRE-2.md 6.3). To be hashed with a key, because it names people; of two that are the
 * same in one file the second has another `twin`.
 */
export const identityText = (line: UnderstoodLine): string =>
  JSON.stringify([
    ...[line.account, line.date, documentKey(line.documentNumber), line.currency, line.amount, line.direction],
    ...[line.status, narrativeKey(line.narrative)],
  ]);
