import { composed } from '../../contracts/domain/text.ts';
import type { UnderstoodLine } from './sources/understand.ts';

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
  return key === '' ? null : key;
}

/** A narrative as it is compared: line ends and blanks are where a bank or a PDF happens to put them. */
export const narrativeKey = (narrative: string): string => composed(narrative).toUpperCase().replace(/\s+/g, '');

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
