import { z } from 'zod';
import { channel, dossierStatus } from './status.ts';
import { boundedText } from './text.ts';
import { instant } from './time.ts';

/** The portal's own code of a dossier that was born there; opaque, as the portal writes it. */
export const nationalCode = boundedText(100)
  .min(1)
  .meta({ id: 'NationalCode', examples: ['000.00.15.H02-221201-0001'] });

const named = z.object({ code: z.string(), name: z.string().optional() });

/** What the portal handed over: in our words as far as they are known, and all of it as it came. */
export const nationalDossierContent = z
  .object({
    nationalCode,
    isUpdate: z.boolean().meta({ description: 'The portal called it an update of an earlier one' }),
    procedure: named.optional(),
    agency: named.optional(),
    applicant: z.object({ name: z.string() }).optional(),
    nationalAccountId: z.string().optional().meta({ description: 'Technical id of the national sign-on account' }),
    channel: channel.optional(),
    status: dossierStatus.optional(),
    summary: z.string().optional(),
    submittedAt: instant.optional(),
    content: z
      .record(z.string(), z.unknown())
      .meta({ description: 'All of it as the portal wrote it; its members are the portal’s own' }),
  })
  .meta({ id: 'NationalDossierContent' });
export type NationalDossierContent = z.infer<typeof nationalDossierContent>;
