import { http, type RequestHandler } from 'msw';
import { answerBelow } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { LandSimulation } from './state.ts';

/** The same system as msw handlers, for `defineNetwork`; `baseUrl` is LAND_SYSTEM_URL. */
export function landHandlers(state: LandSimulation, baseUrl: string): RequestHandler[] {
  const base = baseUrl.replace(/\/$/, '');
  return [http.post(`${base}/*`, answerBelow(base, { state, route: (line) => routeOf(state, line) }))];
}
