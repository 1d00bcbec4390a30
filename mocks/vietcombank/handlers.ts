import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { GatewayState } from './state.ts';

/** The same gateway as msw handlers, for `defineNetwork`; `baseUrl` is VIETCOMBANK_URL. */
export function vietcombankHandlers(state: GatewayState, baseUrl: string): RequestHandler[] {
  const base = baseUrl.replace(/\/$/, '');
  if (state.settings.publicUrl === '') state.settings.publicUrl = base;
  const answer = answerBelow(base, { state, route: ({ method, path }) => routeOf(state, method, path) });
  return [http.post(`${base}/api/web/checkout/*`, answer), http.all(`${base}/pages/:token`, answer)];
}
