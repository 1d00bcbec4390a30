import { delay, HttpResponse, http, type RequestHandler } from 'msw';
import { beginRequest, type PortalRequest } from './portal-request.ts';
import type { PortalState } from './state.ts';

/**
 * The same portal as msw handlers, for `defineNetwork`. `baseUrl` is what an adapter is given: up to and including
 * `…/RestService/forward`. A reset or a cut body shows as a network error; finer socket faults need the server.
 */
export function portalHandlers(state: PortalState, baseUrl: string): RequestHandler[] {
  const handler = (operation: PortalRequest['operation']) => async (info: { readonly request: Request }) => {
    const { request } = info;
    if (state.faults.drawEarly() !== undefined) return HttpResponse.error();
    const open = beginRequest(state, {
      operation,
      dstcodeInQuery: new URL(request.url).searchParams.get('dstcode'),
      dstcodeInHeader: request.headers.get('dstcode'),
      body: await request.text(),
    });
    try {
      if (open.delayMs > 0) await delay(open.delayMs);
      const delivery = open.act();
      if (delivery.kind === 'hang') {
        await delay('infinite');
        return HttpResponse.error();
      }
      if (delivery.kind === 'reset' || delivery.truncated) return HttpResponse.error();
      const { status, contentType, headers, body } = delivery.reply;
      return new HttpResponse(body, { status, headers: { 'content-type': contentType, ...headers } });
    } finally {
      open.end();
    }
  };
  return [http.post(`${baseUrl}/mapi/login`, handler('login')), http.post(`${baseUrl}/mapi/g`, handler('call'))];
}
