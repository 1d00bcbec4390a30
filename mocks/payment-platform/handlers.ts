import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { PlatformState } from './state.ts';

/** The same platform as msw handlers, for `defineNetwork`; `baseUrl` is PAYMENT_PLATFORM_URL. */
export function platformHandlers(state: PlatformState, baseUrl: string): RequestHandler[] {
  if (state.settings.publicUrl === '') state.settings.publicUrl = baseUrl;
  const answer = answerBelow(baseUrl, { state, route: ({ method, path }) => routeOf(state, method, path) });
  return [http.post(baseUrl, answer), http.all(`${baseUrl}/pages/:token`, answer)];
}
