import { z } from 'zod';
import { revealQuery } from '../../contracts/v1/dossier.ts';
import { type Route, route, stream } from '../routes/route.ts';
import type { Files } from './files.ts';
import { handOut, mayOpen, openProblems } from './hand-out.ts';

export const fileRoutes = ({ files }: { readonly files: Pick<Files, 'readFile'> }): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/files/{id}',
      operationId: 'getFile',
      scope: 'files:read',
      summary: 'Fetch a document that is kept',
      description:
        'A receipt, later an attachment or a certified copy, as it was kept, of at most 20 MiB; to be saved, never shown in place. The program of a system is given it for its work. Whoever else asks names a purpose by `reveal`: that needs the scope `reveal` and is journalled, because a document shows a person. One that was erased is 410.',
      tags: ['files'],
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      query: revealQuery,
      responses: { 200: stream('*/*', 'The document, in the content type that it was kept with') },
      problems: openProblems,
    },
    async ({ params: { id }, query: { reveal }, principal }) =>
      mayOpen(principal, reveal) ?? handOut(files, id, { principal, reveal }),
  ),
];
