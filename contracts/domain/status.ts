import { z } from 'zod';

/** Where a dossier stands. The nation's codes are 1 to 10 in this order (WIRE.md 1.6). */
export const dossierStatus = z
  .enum([
    'registered',
    'accepted',
    'refused',
    'processing',
    'supplementing',
    'awaiting-payment',
    'withdrawn',
    'stopped',
    'completed',
    'result-returned',
  ])
  .meta({ id: 'DossierStatus' });
export type DossierStatus = z.infer<typeof dossierStatus>;

export const channel = z.enum(['counter', 'online', 'postal']).meta({ id: 'Channel' });
export type Channel = z.infer<typeof channel>;

/** The level of government that settles. There is no district since 1 July 2025; older dossiers keep theirs. */
export const agencyLevel = z.enum(['province', 'district', 'commune']).meta({ id: 'AgencyLevel' });
export type AgencyLevel = z.infer<typeof agencyLevel>;
