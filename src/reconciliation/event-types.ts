import { z } from 'zod';
import { breakKind } from '../../contracts/domain/reconciliation.ts';
import { eventType } from '../chronicle/event-type.ts';

export const reconciliationEvents = {
  broken: eventType('reconciliation.break', {
    meaning: 'Something does not agree, seen for the first time; it is shown at `/v1/reconciliation/breaks/{break}`',
    data: z
      .strictObject({
        break: z.string(),
        kind: breakKind,
        side: z.string(),
        date: z.string(),
        oursVnd: z.int(),
        theirsVnd: z.int(),
        payment: z.string().nullable(),
        dossierCode: z.string().nullable(),
      })
      .meta({ id: 'ReconciliationBreakEventData' }),
  }),
  dayClosed: eventType('reconciliation.day-closed', {
    meaning: 'A day was closed by one person and approved by another',
    data: z
      .strictObject({ date: z.string(), digest: z.string(), run: z.string() })
      .meta({ id: 'ReconciliationDayEventData' }),
  }),
} as const;
