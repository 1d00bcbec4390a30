import { z } from 'zod';
import { inboundState } from '../domain/inbound.ts';
import { instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';
import { several } from './several.ts';

const summary = {
  id: z.string(),
  system: z.string(),
  path: z.string().meta({ description: 'Which callback, by the other side’s own name for it' }),
  type: z.string().meta({
    description:
      'What it is about, such as `national-dossier`; of what is refused, why: `not-verified`, `too-large`, `not-understood`',
  }),
  ref: z.string().nullable().meta({ description: 'What it concerns, such as the national dossier code' }),
  state: inboundState,
  verifier: z.string().meta({ description: 'How the sender was checked' }),
  receivedAt: instant,
  actedAt: instant.nullable(),
  repeats: z.int().meta({ description: 'How often the same came again' }),
};

export const inboundSummary = z
  .object(summary)
  .meta({ id: 'InboundSummary', description: 'A message of a system, without any person in it' });
export type InboundSummary = z.infer<typeof inboundSummary>;

export const inboundPage = pageOf('InboundPage', inboundSummary);

export const inboundQuery = z.strictObject({
  ...pageQuery,
  system: z.string().min(1).max(60).optional(),
  state: several(inboundState).optional().meta({ description: 'Any of these states' }),
});

export const inboundView = z
  .object({
    ...summary,
    erasedAt: instant.nullable().meta({ description: 'Since when its content cannot be read any more' }),
    content: z.unknown().meta({
      description:
        'Only with `reveal`, else null. What was understood; of `drift` and `refused` the method, the query and the raw body (`body`, or `bodyBase64` where it is no UTF-8), of `refused` the sender’s address too and the body cut at 16,384 bytes.',
    }),
  })
  .meta({ id: 'Inbound' });
export type InboundView = z.infer<typeof inboundView>;
