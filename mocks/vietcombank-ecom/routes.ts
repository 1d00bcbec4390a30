import type { OpenRequest } from '../kit/open-request.ts';
import { beginPage } from './page-request.ts';
import { beginSoap } from './soap-request.ts';
import type { EcomState } from './state.ts';

/** What lies at a path below the bank's address: its service at the address itself, its pages under `/pages/`. */
export function routeOf(state: EcomState, method: string, path: string): ((body: string) => OpenRequest) | undefined {
  if (path === '' && method === 'POST') return (body) => beginSoap(state, body);
  const token = /^\/pages\/([^/]+)$/.exec(path)?.[1];
  if (token === undefined || (method !== 'GET' && method !== 'POST')) return undefined;
  return (body) => beginPage(state, method, token, body);
}
