import { z } from 'zod';
import { dossierCode } from '../domain/codes.ts';
import { nationalCode, nationalDossierContent } from '../domain/national-dossier.ts';
import { instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';

const summary = {
  nationalCode,
  version: z.int().meta({ description: 'Counts the contents that the portal has handed over' }),
  procedure: z.string().nullable(),
  agency: z.string().nullable(),
  receivedAt: instant.meta({ description: 'When this version came' }),
  changedAt: instant.meta({ description: 'When this version came or was acknowledged' }),
  dossierCode: dossierCode.nullable().meta({ description: 'The province’s code for it, once it was taken up' }),
  acknowledgedAt: instant.nullable().meta({ description: 'Null while the present version waits for its receipt' }),
  acknowledgedBy: z.string().nullable(),
};
export const nationalDossierSummary = z
  .object(summary)
  .meta({ id: 'NationalDossierSummary', description: 'A dossier from the portal without any person in it' });
export type NationalDossierSummary = z.infer<typeof nationalDossierSummary>;

export const nationalDossierView = z
  .object({
    ...summary,
    content: nationalDossierContent.nullable().meta({
      description: 'All of it for the system that takes it up; for others when `reveal` named a purpose, else null',
    }),
  })
  .meta({ id: 'NationalDossier' });

export const nationalDossierPage = pageOf('NationalDossierPage', nationalDossierSummary);

export const nationalDossierQuery = z.strictObject({
  ...pageQuery,
  changedSince: instant.optional().meta({ description: 'Only what changed at or after this moment' }),
  unacknowledged: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: '`true`: only what still waits for a receipt; `false`: only what has one' }),
});

export const nationalDossierReceipt = z
  .strictObject({
    dossierCode: dossierCode.meta({ description: 'The code under which the province works on it' }),
    version: z.int().min(1).optional().meta({
      description: 'The version that was read. Given, a newer one that came meanwhile is not taken for acknowledged.',
    }),
  })
  .meta({ id: 'NationalDossierReceipt' });
