import { type Drift, drift, type InboundRequest } from '../../adapters/adapter.ts';

/**
 * What an adapter makes of a request. One that fails over it has not understood it, which is drift like any other, so
 * that nothing of a verified sender is lost by how it was built.
 */
export async function parsedBy<Meaning>(
  callback: { parse(request: InboundRequest): Promise<Meaning | Drift> },
  request: InboundRequest,
): Promise<Meaning | Drift> {
  try {
    return await callback.parse(request);
  } catch (error) {
    return drift('', 'what the adapter can read', error instanceof Error ? error.name : 'a failure');
  }
}
