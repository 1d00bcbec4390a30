import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { EcomState } from './state.ts';

/** The same bank as msw handlers, for `defineNetwork`; `baseUrl` is VIETCOMBANK_ECOM_URL. */
export function ecomHandlers(state: EcomState, baseUrl: string): RequestHandler[] {
  if (state.settings.publicUrl === '') state.settings.publicUrl = baseUrl;
  const answer = answerBelow(baseUrl, { state, route: ({ method, path }) => routeOf(state, method, path) });
  return [http.post(baseUrl, answer), http.all(`${baseUrl}/pages/:token`, answer)];
}
