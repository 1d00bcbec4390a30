import { HttpResponse, http, type RequestHandler } from 'msw';
import { answerCaught } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { EcomState } from './state.ts';

/** The same bank as msw handlers, for `defineNetwork`; `baseUrl` is VIETCOMBANK_ECOM_URL. */
export function ecomHandlers(state: EcomState, baseUrl: string): RequestHandler[] {
  if (state.settings.publicUrl === '') state.settings.publicUrl = baseUrl;
  const { pathname } = new URL(baseUrl);
  const answer = ({ request }: { readonly request: Request }): Promise<Response> | Response => {
    const path = new URL(request.url).pathname.slice(pathname.length);
    const begin = routeOf(state, request.method, path);
    return begin === undefined ? new HttpResponse(null, { status: 404 }) : answerCaught(state.faults, request, begin);
  };
  return [http.post(baseUrl, answer), http.all(`${baseUrl}/pages/:token`, answer)];
}
