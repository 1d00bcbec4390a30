import { amountInWords } from '../../contracts/domain/amount-in-words.ts';
import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { linesLeft } from './order.ts';

/** What a receipt of the treasury's form C1-10/NS says of its payment (WIRE-2 2.8); the PDF says the same. */
export interface TreasuryForm {
  readonly payer: { readonly name: string; readonly identityNumber: string | null; readonly address: string | null };
  readonly receivingUnit: { readonly code: string; readonly name: string };
  readonly dossierCode: string;
  readonly lines: readonly {
    readonly place: number;
    readonly content: string;
    readonly kind: 'fee' | 'charge';
    readonly amountVnd: number;
  }[];
  readonly totalVnd: number;
  readonly totalInWords: string;
  readonly paidBy: 'transfer' | 'online';
}

/** The form of what stands of a payment: `totalVnd` of it, whole đồng. */
export function treasuryForm(order: PaymentOrder, byTransfer: boolean, totalVnd: number): TreasuryForm {
  const { payer, agency, dossierCode, items } = order;
  const lines = linesLeft(items, totalVnd);
  return {
    payer: { name: payer.name, identityNumber: payer.identityNumber, address: payer.address },
    ...{ receivingUnit: agency, dossierCode, totalVnd, totalInWords: amountInWords(totalVnd) },
    lines: lines.map(({ name, kind, amountVnd }, index) => ({ place: index + 1, content: name, kind, amountVnd })),
    paidBy: byTransfer ? 'transfer' : 'online',
  };
}
