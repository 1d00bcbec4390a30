import type { OpenRequest } from '../kit/open-request.ts';
import type { RequestLine } from '../kit/server.ts';
import { beginSoap } from './soap-request.ts';
import type { VnptState } from './state.ts';

/** What lies at a path below the provider's address: its services. */
export function routeOf(state: VnptState, { method, path }: RequestLine): ((body: string) => OpenRequest) | undefined {
  const service = /^\/(\w+)\.asmx$/.exec(path)?.[1];
  if (method !== 'POST' || service === undefined) return undefined;
  return (body) => beginSoap(state, service, body);
}
