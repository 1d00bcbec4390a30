import { z } from 'zod';
import { revealQuery } from '../../contracts/v1/dossier.ts';
import { problem } from '../routes/problem.ts';
import { type Route, route, stream } from '../routes/route.ts';
import { attachment } from './disposition.ts';
import type { Files } from './files.ts';

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
      problems: ['validation-failed', 'not-found', 'forbidden', 'erased', 'files-unavailable', 'not-available-here'],
    },
    async ({ params: { id }, query: { reveal }, principal }) => {
      const isProgram = principal.kind === 'system' && principal.role === 'system';
      if (!isProgram && reveal === undefined)
        return problem('validation-failed', {
          errors: [
            { in: 'query', pointer: '/reveal', message: 'is required: the purpose of seeing a person’s document' },
          ],
        });
      if (reveal !== undefined && !principal.scopes.has('reveal'))
        return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
      const found = await files.readFile(
        id,
        reveal === undefined ? undefined : { actor: principal.id, purpose: reveal },
      );
      if (found.kind === 'unavailable') return problem('files-unavailable', { headers: { 'retry-after': '10' } });
      if (found.kind !== 'found') return problem(found.kind);
      return {
        status: 200,
        stream: streamOf(found.bytes),
        headers: {
          'content-type': found.contentType,
          'content-length': String(found.bytes.length),
          'content-disposition': attachment(found.name, id),
          'x-content-type-options': 'nosniff',
        },
      };
    },
  ),
];

/** In pieces, so that a slow reader holds no second copy of it. */
const PIECE_BYTES = 65_536;
function streamOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
      at += PIECE_BYTES;
      if (at >= bytes.length) controller.close();
    },
  });
}
