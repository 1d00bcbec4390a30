import { http, type RequestHandler } from 'msw';
import { answerCaught } from '../kit/msw.ts';
import { beginRequest, type PortalRequest } from './portal-request.ts';
import type { PortalState } from './state.ts';

/**
 * The same portal as msw handlers, for `defineNetwork`. `baseUrl` is what an adapter is given: up to and including
 * `…/RestService/forward`.
 */
export function portalHandlers(state: PortalState, baseUrl: string): RequestHandler[] {
  const handler =
    (operation: PortalRequest['operation']) =>
    ({ request }: { readonly request: Request }) =>
      answerCaught(state.faults, request, (body) =>
        beginRequest(state, {
          operation,
          dstcodeInQuery: new URL(request.url).searchParams.get('dstcode'),
          dstcodeInHeader: request.headers.get('dstcode'),
          body,
        }),
      );
  return [http.post(`${baseUrl}/mapi/login`, handler('login')), http.post(`${baseUrl}/mapi/g`, handler('call'))];
}
