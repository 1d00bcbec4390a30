import type { PayableDossier } from '../dossiers/payable.ts';

/** What a fee is, by the province's table. */
export interface PaymentRules {
  /** Whether an item differs from the table; where that is silent nothing does. */
  differs(
    dossier: PayableDossier,
    items: readonly { readonly kind: string; readonly code: string; readonly amountVnd: number }[],
  ): Promise<boolean>;
}
