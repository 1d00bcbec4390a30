import { delay, HttpResponse } from 'msw';
import type { FaultBook, OwnFault } from './faults.ts';
import type { OpenRequest } from './open-request.ts';

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
