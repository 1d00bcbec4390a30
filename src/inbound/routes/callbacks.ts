import { z } from 'zod';
import type { InboundMethod, InboundReply } from '../../../adapters/adapter.ts';
import type { Platform } from '../../platform.ts';
import { readBytes } from '../../routes/body.ts';
import { problem } from '../../routes/problem.ts';
import type { ReadQuery } from '../../routes/query.ts';
import { type Route, route, streamBody, text } from '../../routes/route.ts';
import type { Inbound, ReceivedQuery } from '../inbound.ts';

const segment = z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/);
const inTheirWords = text('*/*', 'In the words of the system that calls');
/** What both methods have in common. */
const common = {
  path: '/callbacks/{system}/{path}',
  scope: 'peer',
  tags: ['callbacks'],
  params: z.strictObject({ system: segment, path: segment }),
  responses: {
    200: inTheirWords,
    202: inTheirWords,
    400: inTheirWords,
    401: inTheirWords,
    403: inTheirWords,
    404: inTheirWords,
    409: inTheirWords,
    422: inTheirWords,
    500: inTheirWords,
    503: inTheirWords,
  },
  problems: ['not-found', 'method-not-allowed'],
} as const;
const words =
  'Verified by the declared means of the callback (signature, shared key, or peer address); an unverified call changes nothing. What is told is stored, answered, and acted on after that; what is asked is answered with what holds now and not kept. Both in the words of the system that calls.';

/** Where national systems call us, by their own name for each service. */
export const callbackRoutes = (parts: { readonly inbound: Inbound; readonly platform: Platform }): readonly Route[] => {
  const { inbound, platform } = parts;
  const receive = async (
    method: InboundMethod,
    call: CalledBack,
    readBody: (limitBytes: number) => Promise<Uint8Array | undefined>,
  ) => {
    const { system, path } = call.params;
    const methods = inbound.methods(system, path);
    if (methods === undefined) return problem('not-found', { detail: 'no configured system has this callback' });
    const reply = await inbound.receive(system, path, {
      method,
      headers: call.headers(),
      remoteAddress: call.remoteAddress,
      readQuery: () => firstsOf(call.readQuery()),
      readBody,
    });
    return reply === undefined
      ? problem('method-not-allowed', { headers: { allow: methods.join(', ') } })
      : answerOf(reply);
  };

  return [
    route(
      {
        ...common,
        method: 'post',
        operationId: 'receiveCallback',
        idempotent: { exempt: 'a message is known by its own id or digest, and a question may be asked again' },
        summary: 'A national system hands something over, or asks',
        description: words,
        body: streamBody('*/*'),
      },
      (call) => receive('POST', call, (limitBytes) => readBytes(call.body, limitBytes, platform)),
    ),
    route(
      {
        ...common,
        method: 'get',
        operationId: 'receiveCallbackByGet',
        summary: 'A national system tells or asks something by its query',
        description: words,
      },
      (call) => receive('GET', call, async () => new Uint8Array()),
    ),
  ];
};

interface CalledBack {
  readonly params: { readonly system: string; readonly path: string };
  readonly remoteAddress: string;
  readQuery(): ReadQuery;
  headers(): Readonly<Record<string, string>>;
}

/** Of a repeated name the first value counts. */
const firstsOf = ({ values, whole }: ReadQuery): ReceivedQuery => ({
  query: Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : (value[0] ?? '')]),
  ),
  whole,
});

const answerOf = ({ status, contentType, body }: InboundReply) => ({
  status,
  text: new Uint8Array(body),
  headers: { 'content-type': contentType },
});
