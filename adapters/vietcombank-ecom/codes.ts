import { folded } from '../../contracts/domain/text.ts';

/** Their codes (WIRE-2 6.2a). What stands in no set here decides nothing. */
export const code = { notFound: '15', alreadyPaid: '25', notYetPaid: '28' } as const;

export const isDone = (given: string): boolean => given === '0' || given === '00';

/** They speak of the message, not of the payment: partner, request, merchant, Data, signature. */
const OURS = ['11', '20', '65', '68', '69', '70', '98'] as const;
/** Of amount, range, account, branch, date, currency, id, card. */
const CONTENT = [
  '12',
  '13',
  '16',
  '17',
  '18',
  '19',
  '22',
  '24',
  '27',
  '33',
  '61',
  '62',
  '63',
  '64',
  '66',
  '67',
] as const;

export const refusesQuestion: ReadonlySet<string> = new Set(OURS);
/** A verifyPayment that got one of these made no payment. */
export const refusesPayment: ReadonlySet<string> = new Set([...OURS, ...CONTENT, '31']);
/**
 * A refund that got one of these gave nothing back. Not 7 (and 07): "original failed or already refunded", which may
 * have been this very refund, heard twice. It is asked about.
 */
export const refusesRefund: ReadonlySet<string> = new Set([...OURS, ...CONTENT, '8', code.notFound]);

/** The payment came to nothing, by their own word. */
export const saysFailed: ReadonlySet<string> = new Set(['16', '31']);
/** They could not say: maintenance, system, unknown. */
export const saysNothing: ReadonlySet<string> = new Set(['50', '09', '9', '14', '32', '99']);

/** Words of a failure beside a code of success are believed in neither. */
export function tellsOfFailure(words: string): boolean {
  const plain = folded(words);
  return plain.includes('khong thanh cong') || plain.includes('that bai');
}
