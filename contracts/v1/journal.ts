import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { pageOf, pageQuery } from './page.ts';

export const journalQuery = z.strictObject({
  ...pageQuery,
  reference: z.string().min(1).max(200).meta({
    description:
      'Whose lines: an exchange’s or replay’s id, or a kind and what it names: `subject:ID`, `system:NAME`, `dossier:CODE`, `payment:ID`',
  }),
});

export const journalLine = z
  .object({
    position: z.int().meta({ description: 'Its place in the journal' }),
    id: z.string(),
    reference: z.string(),
    from: z.string().nullable().meta({ description: 'As it is kept and sealed; words of the staff are ciphertext' }),
    to: z.string().meta({ description: 'As it is kept and sealed' }),
    said: z
      .object({ from: z.string().nullable(), to: z.string() })
      .meta({ description: 'The same with its words opened; `…` for what does not open' }),
    actor: z.string(),
    at: instant,
    payloadHash: z.string().nullable(),
  })
  .meta({ id: 'JournalLine', description: 'A change of state, or a fact such as a reason' });
export type JournalLine = z.infer<typeof journalLine>;

export const journalPage = pageOf('JournalPage', journalLine);
