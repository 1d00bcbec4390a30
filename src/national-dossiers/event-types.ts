import { z } from 'zod';
import { eventType } from '../chronicle/event-type.ts';

export const nationalDossierReceived = eventType('national-dossier.received', {
  meaning: 'A dossier came from the national portal; fetch it at `/v1/national-dossiers/{ref}`',
  data: z.strictObject({
    nationalCode: z.string(),
    procedure: z.string().nullable(),
    agency: z.string().nullable(),
    version: z.int(),
  }),
  promised: z.object({ nationalCode: z.string() }).meta({ id: 'NationalDossierEventData' }),
});
