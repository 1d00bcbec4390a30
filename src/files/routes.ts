import { z } from 'zod';
import { purposeOf, revealQueryOf } from '../../contracts/v1/reveal.ts';
import { type Route, route, stream } from '../routes/route.ts';
import type { Files } from './files.ts';
import { handOut, mayOpen, openProblems } from './hand-out.ts';

export const fileRoutes = ({
  files,
  purposes,
}: {
  readonly files: Pick<Files, 'readFile'>;
  readonly purposes: readonly string[];
}): readonly Route[] => [
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
      query: revealQueryOf(purposes),
      responses: { 200: stream('*/*', 'The document, in the content type that it was kept with') },
      problems: openProblems,
    },
    async ({ params: { id }, query, principal }) =>
      mayOpen(principal, query.reveal) ?? handOut(files, id, { principal, reveal: purposeOf(query) }),
  ),
];
