import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { VnptState } from './state.ts';

/** The same provider as msw handlers, for `defineNetwork`; `baseUrl` is VNPT_RECEIPT_URL. */
export function vnptHandlers(state: VnptState, baseUrl: string): RequestHandler[] {
  const base = baseUrl.replace(/\/$/, '');
  return [http.post(`${base}/*`, answerBelow(base, { state, route: (line) => routeOf(state, line) }))];
}
