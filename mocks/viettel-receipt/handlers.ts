import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { ViettelState } from './state.ts';

/** The same provider as msw handlers, for `defineNetwork`; `baseUrl` is VIETTEL_RECEIPT_URL. */
export function viettelHandlers(state: ViettelState, baseUrl: string): RequestHandler[] {
  const base = baseUrl.replace(/\/$/, '');
  return [http.post(`${base}/InvoiceAPI/*`, answerBelow(base, { state, route: (line) => routeOf(state, line) }))];
}
