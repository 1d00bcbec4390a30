import { z } from 'zod';
import { words } from '../domain/text.ts';
import { instant } from '../domain/time.ts';
import { reason } from './reason.ts';

export const subjectView = z
  .object({
    id: z.string(),
    kind: z.string().meta({ description: 'What it belongs to: `dossier`, `inbound`, `call`' }),
    ref: z.string().meta({ description: 'Its dossier code, or the id of the message' }),
    createdAt: instant,
    keptUntil: instant.nullable().meta({ description: 'Erased by age after this time; null: no age was set' }),
    erasedAt: instant.nullable(),
    hold: z.object({ reason: z.string(), by: z.string(), at: instant }).nullable(),
  })
  .meta({ id: 'Subject', description: 'What personal data belongs to: the unit of encryption and of erasure' });
export type SubjectDocument = z.infer<typeof subjectView>;

export const subjectSearch = z
  .strictObject({
    identity: words(20, 5).optional().meta({
      description: 'A whole identity number; it stands in the body, never in an address, and is not kept',
    }),
    ref: z.string().min(1).max(100).optional().meta({ description: 'A dossier code, or the id of a message' }),
  })
  .refine(({ identity, ref }) => (identity === undefined) !== (ref === undefined), {
    path: ['identity'],
    error: 'give either identity or ref',
  })
  .meta({ id: 'SubjectSearch' });
export const subjectList = z.object({ items: z.array(subjectView) }).meta({ id: 'SubjectList' });

export const subjectAct = z.strictObject({ reason }).meta({ id: 'SubjectAct' });

export const subjectExport = z
  .object({
    subject: subjectView,
    held: z.array(
      z.object({
        kind: z.string().meta({ description: 'Where it is kept, such as `dossier.body` or `exchange.payload`' }),
        id: z.string(),
        at: instant,
        content: z.unknown().meta({ description: 'As it was handed over or sent; null where it cannot be read' }),
        state: z.enum(['read', 'erased', 'tampered']),
      }),
    ),
  })
  .meta({ id: 'SubjectExport', description: 'Everything that is kept of the person under this subject' });
