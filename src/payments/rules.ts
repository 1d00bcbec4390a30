import type { PayableDossier } from '../dossiers/payable.ts';
import { feesOf } from '../registers/fees.ts';
import type { Engine } from '../store/engine.ts';

/** What a fee is, by the province's table. */
export interface PaymentRules {
  /** Whether an item differs from the table; where that is silent nothing does. */
  differs(
    dossier: PayableDossier,
    items: readonly { readonly kind: string; readonly code: string; readonly amountVnd: number }[],
  ): Promise<boolean>;
}

/** By the table of the dossier's procedure and channel as it stands on `today`, a Vietnamese day. */
export const paymentRules = (engine: Pick<Engine, 'all'>, today: () => string): PaymentRules => ({
  async differs({ procedure, channel }, items) {
    const table = await feesOf(engine, procedure.code, channel, today());
    return items.some(({ kind, code, amountVnd }) => {
      const rule = table.find((fee) => fee.kind === kind && fee.code === code);
      return rule !== undefined && rule.amountVnd !== amountVnd;
    });
  },
});
