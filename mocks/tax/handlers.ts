import { http, type RequestHandler } from 'msw';
import { answerCaught } from '../kit/msw.ts';
import { beginSoap } from './soap-request.ts';
import type { TaxState } from './state.ts';

/** The same gateway as msw handlers, for `defineNetwork`; `baseUrl` is TAX_URL. */
export function taxHandlers(state: TaxState, baseUrl: string): RequestHandler[] {
  return [http.post(baseUrl, ({ request }) => answerCaught(state.faults, request, (body) => beginSoap(state, body)))];
}
