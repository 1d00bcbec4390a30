import type { OpenRequest } from '../kit/open-request.ts';
import type { RequestLine } from '../kit/server.ts';
import { operations } from './operations.ts';
import { beginRequest } from './request.ts';
import type { LandSimulation } from './state.ts';

/** What lies at a path below the system's address: the calls of the kind that it plays, and the login of iLIS. */
export function routeOf(
  state: LandSimulation,
  { method, path, headers }: RequestLine,
): ((body: string) => OpenRequest) | undefined {
  const service = /^\/(\w+)$/.exec(path)?.[1] ?? '';
  const { kind } = state.settings;
  const exists = Object.hasOwn(operations[kind], service) || (kind === 'ilis' && service === 'token');
  if (method !== 'POST' || !exists) return undefined;
  return (body) => beginRequest(state, { service, authorization: headers.authorization, body });
}
