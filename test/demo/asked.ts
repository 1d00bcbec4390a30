import type { z } from 'zod';
import type { paymentView } from '../../contracts/v1/payment.ts';
import type { Door } from './cashiers.ts';
import type { Story } from './stories.ts';

export type PaymentSeen = z.output<typeof paymentView>;

/** A payment of the day: which door, what the payer does. */
export interface Ask {
  readonly dossier: string;
  readonly door: Door;
  readonly story: Story;
  readonly turn: number;
  readonly account: string;
}
export interface Opened {
  readonly ask: Ask;
  readonly payment: PaymentSeen;
  /** Credits that its payer sent, by the bank's references. */
  readonly sent: string[];
}
