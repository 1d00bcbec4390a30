import type { IncomingHttpHeaders } from 'node:http';
import { delay, HttpResponse } from 'msw';
import type { FaultBook, OwnFault } from './faults.ts';
import type { OpenRequest } from './open-request.ts';
import type { ServedSystem } from './server.ts';

/**
 * Answers a request that msw caught as the server would. A reset or a cut body shows as a network error; finer socket
 * faults need the server.
 */
export async function answerCaught<Own extends OwnFault>(
  faults: FaultBook<Own>,
  request: Request,
  begin: (body: string) => OpenRequest,
): Promise<Response> {
  if (faults.drawEarly() !== undefined) return HttpResponse.error();
  const open = begin(await request.text());
  try {
    if (open.delayMs > 0) await delay(open.delayMs);
    const delivery = open.act();
    await open.withheld?.();
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
}

type Caught = (caught: { readonly request: Request }) => Promise<Response> | Response;

/** Answers what msw caught as the server's `route` would, which is given the path below `baseUrl`. */
export function answerBelow<Own extends OwnFault>(
  baseUrl: string,
  { state, route }: Pick<ServedSystem<Own>, 'state' | 'route'>,
): Caught {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, '');
  return ({ request }) => {
    const { pathname, searchParams: query } = new URL(request.url);
    const below = pathname.slice(prefix.length);
    const headers: IncomingHttpHeaders = Object.fromEntries(request.headers);
    const begin = route({ method: request.method, path: below === '/' ? '' : below, query, headers });
    return begin === undefined ? new HttpResponse(null, { status: 404 }) : answerCaught(state.faults, request, begin);
  };
}
