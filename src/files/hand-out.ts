import type { Principal } from '../principal.ts';
import { type Problem, problem } from '../routes/problem.ts';
import { attachment } from './disposition.ts';
import type { Files } from './files.ts';

/** What a route that hands out a document answers besides it. */
export const openProblems = [
  'validation-failed',
  'forbidden',
  'not-found',
  'erased',
  'files-unavailable',
  'not-available-here',
] as const;

/**
 * Whether a document may be opened for this principal: the program of a system has it for its work, whoever else names a
 * purpose and may reveal. Undefined: it may.
 */
export function mayOpen(
  principal: Pick<Principal, 'kind' | 'role' | 'scopes'>,
  reveal: string | undefined,
): Problem<'validation-failed' | 'forbidden'> | undefined {
  const isProgram = principal.kind === 'system' && principal.role === 'system';
  if (!isProgram && reveal === undefined)
    return problem('validation-failed', {
      errors: [{ in: 'query', pointer: '/reveal', message: 'is required: the purpose of seeing a person’s document' }],
    });
  if (reveal !== undefined && !principal.scopes.has('reveal'))
    return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
  return undefined;
}

/** A kept document for whoever may open it: journalled where it is for a purpose, to be saved and never shown in place. */
export async function handOut(
  files: Pick<Files, 'readFile'>,
  id: string,
  {
    principal,
    reveal,
    headers = {},
  }: {
    readonly principal: Pick<Principal, 'id'>;
    readonly reveal: string | undefined;
    readonly headers?: Readonly<Record<string, string>>;
  },
) {
  const found = await files.readFile(id, reveal === undefined ? undefined : { actor: principal.id, purpose: reveal });
  if (found.kind === 'unavailable') return problem('files-unavailable', { headers: { 'retry-after': '10' } });
  if (found.kind !== 'found') return problem(found.kind);
  return {
    status: 200 as const,
    stream: streamOf(found.bytes),
    headers: {
      'content-type': found.contentType,
      'content-length': String(found.bytes.length),
      'content-disposition': attachment(found.name, id),
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  };
}

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
