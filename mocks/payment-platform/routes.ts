import type { OpenRequest } from '../kit/open-request.ts';
import { beginMessage } from './message-request.ts';
import { beginPageRequest } from './page-request.ts';
import type { PlatformState } from './state.ts';

/** What lies at a path below the platform's address: its messages at the address itself, its pages under `/pages/`. */
export function routeOf(
  state: PlatformState,
  method: string,
  path: string,
): ((body: string) => OpenRequest) | undefined {
  if (path === '' && method === 'POST') return (body) => beginMessage(state, body);
  const token = /^\/pages\/([^/]+)$/.exec(path)?.[1];
  if (token === undefined || (method !== 'GET' && method !== 'POST')) return undefined;
  return (body) => beginPageRequest(state, method, token, body);
}
