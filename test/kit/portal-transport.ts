import type { Transport } from '../../adapters/adapter.ts';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import { beginRequest } from '../../mocks/national-portal/portal-request.ts';
import type { PortalState } from '../../mocks/national-portal/state.ts';

/** The simulated portal without a wire: it answers in the turn in which it is asked. Faults of sockets are not to be had. */
export function portalTransport(state: PortalState): Transport {
  return {
    send: async (request) => {
      const open = beginRequest(state, {
        operation: new URL(request.url).pathname.endsWith('/mapi/login') ? 'login' : 'call',
        dstcodeInQuery: new URL(request.url).searchParams.get('dstcode'),
        dstcodeInHeader: request.headers.dstcode ?? null,
        body: request.body === undefined ? '' : textOf(request.body),
      });
      try {
        const delivery = open.act();
        if (delivery.kind === 'hang') return { mayHaveArrived: true, cause: 'timeout' };
        if (delivery.kind === 'reset') return { mayHaveArrived: true, cause: 'reset' };
        if (delivery.truncated) return { mayHaveArrived: true, cause: 'truncated' };
        const { status, headers, body } = delivery.reply;
        return { status, headers: headers ?? {}, body: typeof body === 'string' ? utf8(body) : body };
      } finally {
        open.end();
      }
    },
  };
}
