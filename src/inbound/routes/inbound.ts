import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import {
  inboundPage,
  inboundQuery,
  inboundView,
  type InboundSummary as SummaryBody,
  type InboundView as ViewBody,
} from '../../../contracts/v1/inbound.ts';
import { purposeOf, revealQueryOf } from '../../../contracts/v1/reveal.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { json, type Route, route } from '../../routes/route.ts';
import type { InboundSummary, InboundView, InboundViews } from '../views.ts';

const tags = ['callbacks'] as const;

const summaryOf = (message: InboundSummary): SummaryBody => ({
  id: message.id,
  system: message.system,
  path: message.path,
  type: message.type,
  ref: message.ref,
  state: message.state,
  verifier: message.verifier,
  receivedAt: vietnamTime(message.receivedAt),
  actedAt: vietnamTimeOrNull(message.actedAt),
  repeats: message.repeats,
});
const viewOf = (message: InboundView): ViewBody => ({
  ...summaryOf(message),
  erasedAt: vietnamTimeOrNull(message.erasedAt),
  content: message.content,
});

/** What systems sent us: what waits, what nobody understood, what was refused. */
export const inboundRoutes = ({
  inboundViews,
  purposes,
}: {
  readonly inboundViews: InboundViews;
  readonly purposes: readonly string[];
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/inbound',
      operationId: 'listInbound',
      scope: 'inbound:read',
      summary: 'List messages that systems sent, the newest first',
      description:
        'By system and state, without any personal data. `state=drift` is what came from the right sender and was not understood; `state=refused` what nobody may send.',
      tags,
      query: inboundQuery,
      responses: { 200: json(inboundPage, 'A page of messages') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const rows = await inboundViews.list({
        system: query.system,
        states: query.state,
        before: positionOf(query.cursor, z.tuple([z.string()]))?.[0],
        limit: query.limit,
      });
      return {
        status: 200,
        body: pageFrom(rows, query.limit, summaryOf, (row) => [row.id]),
      };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/inbound/{id}',
      operationId: 'getInbound',
      scope: 'inbound:read',
      summary: 'See a message that a system sent',
      description:
        'Its content is shown for the purpose that `reveal` names; that needs the scope `reveal` and is journalled.',
      tags,
      params: z.strictObject({ id: z.string().min(1).max(60) }),
      query: revealQueryOf(purposes),
      responses: { 200: json(inboundView, 'The message') },
      problems: ['not-found', 'forbidden', 'erased'],
    },
    async ({ params: { id }, query, principal }) => {
      if (query.reveal !== undefined && !principal.scopes.has('reveal'))
        return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
      const purpose = purposeOf(query);
      const view =
        purpose === undefined ? await inboundViews.find(id) : await inboundViews.reveal(id, principal.id, purpose);
      if (view === 'erased') return problem('erased');
      return view === undefined ? problem('not-found') : { status: 200, body: viewOf(view) };
    },
  ),
];
