import { z } from 'zod';
import { landState } from '../../contracts/domain/land-state.ts';
import { eventType } from '../chronicle/event-type.ts';

const data = z.strictObject({ dossierCode: z.string(), state: landState }).meta({ id: 'LandEventData' });

export const landEvents = {
  moved: eventType('land.moved', {
    meaning: 'A dossier stands otherwise at the land system; it is shown at `/v1/land/dossiers/{dossierCode}`',
    data,
  }),
  returnedAsWrong: eventType('tax.returned-as-wrong', {
    meaning: 'The tax department returned a land dossier as wrong: it goes round once more',
    data,
  }),
} as const;
