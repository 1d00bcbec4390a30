import { z } from 'zod';

/** How the e-receipt of a payment's fees stands. */
export const feeReceiptState = z
  .enum(['due', 'issuing', 'issued', 'replacing', 'cancelling', 'cancelled', 'refused', 'uncertain'])
  .meta({
    id: 'FeeReceiptState',
    description:
      '`due`: it is to be issued. `replacing`, `cancelling`: money went back, and the receipt still stands. `refused`: the service said no to the last step, or it was given up; a person has to look. `uncertain`: the last step may have been done; the service is asked.',
  });
export type FeeReceiptState = z.infer<typeof feeReceiptState>;
