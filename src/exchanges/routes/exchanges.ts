import { z } from 'zod';
import { epochMs } from '../../../contracts/domain/time.ts';
import {
  act,
  confirmation,
  exchangeActed,
  exchangePage,
  exchangeQuery,
  exchangeView,
} from '../../../contracts/v1/exchange.ts';
import { purposeOf, revealQueryOf } from '../../../contracts/v1/reveal.ts';
import type { Principal } from '../../principal.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { type CommandRun, json, optionalJsonBody, type Route, route } from '../../routes/route.ts';
import type { Exchanges } from '../exchanges.ts';
import type { InterventionBy, InterventionResult, Interventions } from '../interventions/interventions.ts';
import { callerOf } from '../sight.ts';
import { actedOf, summaryOf, viewOf } from './view.ts';

type Did = 'to-be-sent-again' | 'to-be-asked' | 'cancelled' | 'stated';
type Looker = Pick<Principal, 'id' | 'role'>;

export interface ExchangeRoom {
  readonly views: Exchanges;
  readonly interventions: Interventions;
}

const params = z.strictObject({ id: z.string().min(1).max(60) });
const tags = ['exchanges'] as const;
const acted = json(exchangeActed, 'The exchange as it is now, what was done, and what holds it all the same');
const refusals = [
  'not-found',
  'forbidden',
  'exchange-in-flight',
  'exchange-final',
  'exchange-superseded',
  'outcome-required',
  'wrong-state',
  'second-person-required',
] as const;

/** Every command to a system: seen, and acted on by a person. */
export const exchangeRoutes = ({
  exchanges,
  purposes,
}: {
  readonly exchanges: ExchangeRoom;
  readonly purposes: readonly string[];
}): readonly Route[] => {
  const { views, interventions } = exchanges;

  async function shown(id: string, by: Looker) {
    const view = await views.find(id, callerOf(by));
    return view === undefined ? problem('not-found') : ({ status: 200, body: viewOf(view) } as const);
  }
  /** `did` null: it was done before, under the same key. */
  async function after(id: string, by: Looker, did: Did | null) {
    const view = await views.find(id, callerOf(by));
    return view === undefined ? problem('not-found') : ({ status: 200, body: actedOf(view, did) } as const);
  }
  async function answer(id: string, by: Looker, result: InterventionResult, did: Did) {
    return result.kind === 'done' ? after(id, by, did) : refusal(result);
  }
  const by = (call: ActCall, id: string, reason: string | undefined): InterventionBy => ({
    actor: call.principal.id,
    role: call.principal.role,
    person: call.principal.kind === 'person',
    reason,
    also: [call.command.remember(id)],
  });

  return [
    route(
      {
        method: 'get',
        path: '/v1/exchanges',
        operationId: 'listExchanges',
        scope: 'exchanges:read',
        summary: 'List exchanges, the newest first',
        description:
          'Every command to every system, by system, key, state, operation, cause and time. Deliveries to a subscription (system `subscriber`) are its maker’s: others are shown, found and acted on for administrators only.',
        tags,
        query: exchangeQuery,
        responses: { 200: json(exchangePage, 'A page of exchanges') },
        problems: ['invalid-cursor'],
      },
      async ({ query, principal }) => {
        const rows = await views.list(
          {
            system: query.system,
            key: query.key,
            states: query.state,
            operations: query.operation === undefined ? undefined : [query.operation],
            causes: query.cause === undefined ? undefined : [query.cause],
            acceptedFrom: query.acceptedSince === undefined ? undefined : epochMs(query.acceptedSince),
          },
          {
            before: positionOf(query.cursor, z.tuple([z.string()]))?.[0],
            limit: query.limit,
            caller: callerOf(principal),
          },
        );
        return {
          status: 200,
          body: pageFrom(rows, query.limit, summaryOf, (row) => [row.id]),
        };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/exchanges/{id}',
        operationId: 'getExchange',
        scope: 'exchanges:read',
        summary: 'See an exchange, its attempts, and what holds it',
        description:
          'What was sent is never shown. Their own words and raw answers are, for the purpose that `reveal` names; that needs the scope `reveal` and is journalled.',
        tags,
        params,
        query: revealQueryOf(purposes),
        responses: { 200: json(exchangeView, 'The exchange') },
        problems: ['not-found', 'forbidden'],
      },
      async ({ params: { id }, query, principal }) => {
        const purpose = purposeOf(query);
        if (purpose === undefined) return shown(id, principal);
        if (!principal.scopes.has('reveal'))
          return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
        const view = await views.reveal(id, principal, purpose);
        return view === undefined ? problem('not-found') : { status: 200, body: viewOf(view) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/exchanges/{id}/cancel',
        operationId: 'cancelExchange',
        scope: 'exchanges:act',
        idempotent: true,
        summary: 'Cancel an exchange that is not under way',
        description:
          'It is never sent again. Progress steps that belong to a cancelled state wait until a newer state is shown.',
        tags,
        params,
        body: optionalJsonBody(act),
        responses: { 200: acted },
        problems: refusals,
      },
      async (call) => {
        const { id } = call.params;
        if (call.command.resource !== undefined) return after(id, call.principal, null);
        return answer(id, call.principal, await interventions.cancel(id, by(call, id, call.body.reason)), 'cancelled');
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/exchanges/{id}/retry',
        operationId: 'retryExchange',
        scope: 'exchanges:act',
        idempotent: true,
        summary: 'Send an exchange again',
        description:
          'Of a dossier the present state is sent; of a progress step the step. What is delivered is never sent again. What the system asked us to wait ends; the silence after an unknown outcome is kept, and `act` says what holds it and until when.',
        tags,
        params,
        body: optionalJsonBody(act),
        responses: { 200: acted },
        problems: refusals,
      },
      async (call) => {
        const { id } = call.params;
        if (call.command.resource !== undefined) return after(id, call.principal, null);
        return answer(
          id,
          call.principal,
          await interventions.retry(id, by(call, id, call.body.reason)),
          'to-be-sent-again',
        );
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/exchanges/{id}/confirm',
        operationId: 'confirmExchange',
        scope: 'exchanges:act',
        idempotent: true,
        summary: 'Settle an exchange whose outcome is unknown',
        description:
          'Without a body the system is asked whether it took effect, before anything is sent. Where it cannot be asked, a person states what became of it, and how that is known. That an act was `not-applied` is stated by two people: the first is kept and answered `second-person-required`, and another who states the same ends the act. The two are different people, whatever key, token or session either came with, and neither made the other, or a key or an account of the other, within a day. What the first stated is void once the doubt ends otherwise.',
        tags,
        params,
        body: optionalJsonBody(confirmation),
        responses: { 200: acted },
        problems: refusals,
      },
      async (call) => {
        const { id } = call.params;
        if (call.command.resource !== undefined) return after(id, call.principal, null);
        const did = call.body.outcome === undefined ? 'to-be-asked' : 'stated';
        return answer(id, call.principal, await interventions.confirm(id, call.body, by(call, id, undefined)), did);
      },
    ),
  ];
};

interface ActCall {
  readonly principal: Pick<Principal, 'id' | 'kind' | 'role'>;
  readonly command: Pick<CommandRun, 'remember'>;
}

function refusal({ reason, state, newest }: Extract<InterventionResult, { kind: 'refused' }>) {
  switch (reason) {
    case 'not-found':
      return problem('not-found');
    case 'in-flight':
      return problem('exchange-in-flight', { headers: { 'retry-after': '2' } });
    case 'final':
      return problem('exchange-final', { more: { state } });
    case 'superseded':
      return problem('exchange-superseded', { more: { state, newest } });
    case 'needs-confirmation':
    case 'outcome-required':
      return problem('outcome-required', {
        detail: 'state the outcome with POST …/confirm: applied or not-applied',
        more: { state },
      });
    case 'person-required':
      return problem('forbidden', { detail: 'a person has to state the outcome' });
    case 'cannot-be-asked':
      return problem('wrong-state', {
        detail: 'the system cannot be asked about this; sending it again is harmless: retry it',
        more: { state },
      });
    case 'second-person':
      return problem('second-person-required', {
        detail: 'that it did not take effect is kept as stated; another person has to state the same',
        more: { state },
      });
    case 'act':
      return problem('wrong-state', {
        detail:
          'what may have taken effect is asked about and never sent again; its own resource says what can be done',
        more: { state },
      });
    case 'wrong-state':
      return problem('wrong-state', { more: { state } });
  }
}
