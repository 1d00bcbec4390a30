import { z } from 'zod';
import { dueFinding, dueState, slipState, taxKind } from '../../contracts/domain/tax-state.ts';
import { eventType } from '../chronicle/event-type.ts';

const due = z
  .strictObject({
    obligation: z.string(),
    dossierCode: z.string(),
    kind: taxKind,
    state: dueState,
    finding: z.union([dueFinding, z.null()]),
    dueVnd: z.int(),
    remainingVnd: z.int(),
  })
  .meta({ id: 'TaxObligationEventData' });

const paid = z
  .strictObject({ receipt: z.string(), dossierCode: z.string(), payment: z.string(), amountVnd: z.int() })
  .meta({ id: 'TaxPaidEventData' });

const slip = z
  .strictObject({ slip: z.string(), dossierCode: z.string(), state: slipState })
  .meta({ id: 'TransferSlipEventData' });

export const taxEvents = {
  obligation: eventType('tax.obligation', {
    meaning:
      'The tax department told of a due of a dossier, or of another amount of it; it is shown at `/v1/tax/obligations`',
    data: due,
  }),
  paid: eventType('tax.paid', {
    meaning: 'The portal proved that land taxes of a dossier were paid; it is shown at `/v1/tax/receipts`',
    data: paid,
  }),
  slipAnswered: eventType('tax.slip-answered', {
    meaning: 'All that was asked after a transfer slip is answered; it is shown at `/v1/tax/transfer-slips/{slip}`',
    data: slip,
  }),
} as const;
