import { z } from 'zod';
import { eventType } from '../chronicle/event-type.ts';

const data = z
  .strictObject({
    feeReceipt: z.string(),
    payment: z.string(),
    dossierCode: z.string(),
    key: z.string(),
    number: z.string(),
    amountVnd: z.int(),
  })
  .meta({ id: 'FeeReceiptEventData' });

export const feeReceiptEvents = {
  issued: eventType('fee-receipt.issued', {
    meaning:
      'An e-receipt for paid fees was issued, or took the place of a former one after money went back; it is shown at `/v1/payments/{payment}/fee-receipt`',
    data,
  }),
  cancelled: eventType('fee-receipt.cancelled', {
    meaning:
      'The e-receipt for paid fees was cancelled, because the money went back whole; it is shown at `/v1/payments/{payment}/fee-receipt`',
    data,
  }),
} as const;
