import { http, type RequestHandler } from 'msw';
import { answerCaught } from '../kit/msw.ts';
import { beginCall } from './requests.ts';
import type { LandTaxState } from './state.ts';

/** The same gateway as msw handlers, for `defineNetwork`; `baseUrl` is LAND_TAX_URL. */
export function landTaxHandlers(state: LandTaxState, baseUrl: string): RequestHandler[] {
  const answer = ({ request }: { readonly request: Request }): Promise<Response> => {
    const authorization = request.headers.get('authorization') ?? undefined;
    return answerCaught(state.faults, request, (body) => beginCall(state, authorization, body));
  };
  return [http.post(baseUrl, answer)];
}
