import { z } from 'zod';
import type { Inbound } from '../inbound/inbound.ts';
import type { Platform } from '../platform.ts';
import { readText } from './kit/body.ts';
import { problem } from './kit/problem.ts';
import { type Route, route, streamBody, text } from './kit/route.ts';

const segment = z.string().regex(/^[\w.-]{1,100}$/);

/** Where national systems call us, by their own name for each service. */
export const callbackRoutes = (parts: { readonly inbound: Inbound; readonly platform: Platform }): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/callbacks/{system}/{path}',
      operationId: 'receiveCallback',
      scope: 'peer',
      idempotent: { exempt: 'a message is known by its own id or digest' },
      summary: 'A national system hands something over',
      description:
        'Verified by the declared means of the callback (signature, shared key, or peer address), stored, and only then answered, in the words of the system that calls. An unverified message changes nothing.',
      tags: ['callbacks'],
      params: z.strictObject({ system: segment, path: segment }),
      query: z.object({}).catchall(z.union([z.string(), z.array(z.string())])),
      body: streamBody('*/*'),
      responses: {
        200: text('application/json; charset=utf-8', 'In the words of the system that calls'),
        403: text('application/json; charset=utf-8', 'Refused, in the words of the system that calls'),
      },
      problems: ['not-found'],
    },
    async (call) => {
      const { system, path } = call.params;
      const reply = await parts.inbound.receive(system, path, {
        headers: call.headers(),
        query: Object.fromEntries(
          Object.entries(call.query).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : (value[0] ?? ''),
          ]),
        ),
        remoteAddress: call.remoteAddress,
        readBody: async (limitBytes) => {
          const init = { method: 'POST', body: call.body, duplex: 'half' };
          const read = await readText(new Request('http://body', init), undefined, limitBytes, parts.platform);
          return typeof read === 'string' ? read : undefined;
        },
      });
      if (reply === undefined) return problem('not-found', { detail: 'no configured system has this callback' });
      return {
        status: reply.status as 200 | 403,
        text: reply.body,
        headers: { 'content-type': reply.contentType },
      };
    },
  ),
];
