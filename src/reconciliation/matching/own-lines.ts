import { folded } from '../../../contracts/domain/text.ts';
import type { TheirLine } from './entry.ts';

/** How entries are told that are the bank's own and pay nobody's due: data, the first that fits counts. */
const OWN: readonly {
  readonly rule: string;
  readonly direction: TheirLine['direction'];
  /** First four digits of the document number (WIRE.md A4.1, WIRE-2.md 6.3). */
  readonly prefixes: readonly string[];
  /** Words of the narrative, without case and marks. */
  readonly words: readonly string[];
  readonly why: string;
}[] = [
  {
    ...{ rule: 'bank-fee', direction: 'debit', prefixes: ['9914', '9915'] },
    words: ['thu phi', 'phi sms', 'phi quan ly', 'phi dich vu', 'phi chuyen tien', 'service charge', 'sms fee'],
    why: 'a fee that the bank took',
  },
  {
    ...{ rule: 'bank-interest', direction: 'credit', prefixes: ['9701'] },
    words: ['interest payment', 'tra lai', 'lai tien gui', 'nhap lai'],
    why: 'interest that the bank paid',
  },
];

/** Which rule makes a line the bank's own; undefined: it is somebody's money. */
export function ownLine(line: TheirLine): { readonly rule: string; readonly why: string } | undefined {
  if (line.amount === 0) return { rule: 'nothing-moved', why: 'an entry of nothing' };
  if (line.side !== 'bank') return undefined;
  const words = folded(line.narrative);
  const prefix = line.documentNumber?.slice(0, 4) ?? '';
  // Both the channel and the words have to say so: a number alone may be anybody's.
  return OWN.find(
    (own) =>
      own.direction === line.direction &&
      own.prefixes.includes(prefix) &&
      (own.rule === 'bank-interest' || own.words.some((each) => words.includes(each))),
  );
}
