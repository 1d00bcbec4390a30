import { HttpResponse, http, type RequestHandler } from 'msw';
import { answerCaught } from '../kit/msw.ts';
import { routeOf } from './routes.ts';
import type { GatewayState } from './state.ts';

/** The same gateway as msw handlers, for `defineNetwork`; `baseUrl` is VIETCOMBANK_URL. */
export function vietcombankHandlers(state: GatewayState, baseUrl: string): RequestHandler[] {
  const base = baseUrl.replace(/\/$/, '');
  if (state.settings.publicUrl === '') state.settings.publicUrl = base;
  const answer = ({ request }: { readonly request: Request }): Promise<Response> | Response => {
    const begin = routeOf(state, request.method, request.url.slice(base.length).split('?')[0] ?? '');
    return begin === undefined ? new HttpResponse(null, { status: 404 }) : answerCaught(state.faults, request, begin);
  };
  return [http.post(`${base}/api/web/checkout/*`, answer), http.all(`${base}/pages/:token`, answer)];
}
