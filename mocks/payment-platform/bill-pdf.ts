import { onePagePdf } from '../kit/pdf.ts';
import { type Transaction, takenVnd } from './ledger.ts';

/** A receipt shorter than this is fetched again by those who know the platform (WIRE.md A3.1). */
const LEAST_BYTES = 10_000;

/** A receipt as a PDF of one page. */
export const billPdf = (transaction: Transaction): string =>
  onePagePdf(
    [
      'BIEN LAI THU PHI, LE PHI (MO PHONG)',
      `Ma tham chieu: ${transaction.reference}`,
      `Ma giao dich: ${transaction.charges.map(({ number }) => number).join(', ')}`,
      `So tien: ${takenVnd(transaction)} VND`,
    ],
    LEAST_BYTES,
  );
