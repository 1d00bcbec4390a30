import type { OpenRequest } from '../kit/open-request.ts';
import { beginFunction } from './function-request.ts';
import { beginPageRequest } from './page-request.ts';
import type { GatewayState } from './state.ts';

/** What lies at a path below VIETCOMBANK_URL: every function at one address (WIRE.md 6.2), the pages under `/pages/`. */
export function routeOf(
  state: GatewayState,
  method: string,
  path: string,
): ((body: string) => OpenRequest) | undefined {
  const version = /^\/api\/web\/checkout\/(version_\w+)\/?$/.exec(path)?.[1];
  if (version !== undefined && method === 'POST') return (body) => beginFunction(state, version, body);
  const token = /^\/pages\/([^/]+)$/.exec(path)?.[1];
  if (token === undefined || (method !== 'GET' && method !== 'POST')) return undefined;
  return (body) => beginPageRequest(state, method, token, body);
}
