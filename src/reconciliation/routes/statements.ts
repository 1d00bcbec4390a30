import { z } from 'zod';
import {
  fetchStatement,
  listStatementsQuery,
  statementPage,
  statementPath,
  statementQuery,
  statementView,
} from '../../../contracts/v1/statement.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route, streamBody } from '../../routes/route.ts';
import { unanswered } from '../../routes/unanswered.ts';
import type { FetchOrders } from '../fetch-orders.ts';
import { type StatementViews, takenView } from '../statement-views.ts';
import type { TakeIn, TakenIn } from '../take-in.ts';

export const tags = ['reconciliation'] as const;
const at = (id: string): string => `/v1/reconciliation/statements/${id}`;
export const AHEAD = { in: 'body', pointer: '/date', message: 'is a day that has not come' } as const;

const notTaken = (refused: Exclude<Awaited<ReturnType<TakeIn>>, TakenIn>) =>
  refused.kind === 'already-taken'
    ? problem('already-taken', { headers: { location: at(refused.statement) }, more: { statement: refused.statement } })
    : problem('unreadable-statement', {
        more: { problems: refused.problems.map(({ row, column, message }) => ({ line: row, column, message })) },
      });

/** Files of the other sides: taken in, and which were. */
export const statementRoutes = (parts: {
  readonly takeIn: TakeIn;
  readonly fetchOrders: FetchOrders;
  readonly views: StatementViews;
  /** In Vietnam. */
  readonly today: () => string;
}): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/v1/reconciliation/statements',
      operationId: 'takeStatement',
      scope: 'reconciliation:write',
      idempotent: { exempt: 'a file is known by its digest: the same once more is 409 `already-taken`' },
      summary: 'Hand over a statement file',
      description:
        'The body is the file as the bank gave it; its content decides the layout, whatever its name or type. Taken whole or not at all: a file whose balances do not add up is refused with the row. Entries that an earlier file had count once.',
      tags,
      query: statementQuery,
      body: streamBody('*/*'),
      responses: {
        200: json(statementView, 'What was understood; nothing is kept'),
        201: json(statementView, 'Taken in'),
      },
      problems: ['already-taken', 'unreadable-statement'],
    },
    async ({ query, body, principal }) => {
      const taken = await parts.takeIn({
        file: body as unknown as AsyncIterable<Uint8Array>,
        ...{ source: query.source, account: query.account ?? null, preview: query.preview, actor: principal.id },
      });
      if (taken.kind === 'already-taken' || taken.kind === 'unreadable') return notTaken(taken);
      if (taken.id === null) return { status: 200, body: takenView(taken, null) };
      return {
        status: 201,
        headers: { location: at(taken.id) },
        body: (await parts.views.one(taken.id)) ?? takenView(taken, null),
      };
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/reconciliation/statements/fetch',
      operationId: 'fetchStatement',
      scope: 'reconciliation:write',
      idempotent: true,
      summary: 'Fetch a statement that is asked for, not handed over',
      description:
        'Asks the system for the orders that were made on that day and the seven before it, because an order may be paid days after it was made, and takes in what was paid of them. All pages or nothing: a list that changes meanwhile is 422 `unreadable-statement`. The same list once more is 409 `already-taken`; an order that an earlier list had counts once.',
      tags,
      body: jsonBody(fetchStatement),
      responses: { 201: json(statementView, 'Taken in') },
      problems: [
        ...(['already-taken', 'unreadable-statement', 'validation-failed', 'rejected-by-system'] as const),
        ...(['system-not-configured', 'system-unavailable', 'system-failed'] as const),
      ],
    },
    async ({ body, principal, signal, command }) => {
      if (body.date > parts.today()) return problem('validation-failed', { errors: [AHEAD] });
      const shown = async (id: string) => {
        const view = await parts.views.one(id);
        if (view === undefined) throw new Error('a statement vanished after it was taken');
        return { status: 201 as const, headers: { location: at(id) }, body: view };
      };
      if (command.resource !== undefined) return shown(command.resource);
      const { remember } = command;
      const taken = await parts.fetchOrders({ day: body.date, actor: principal.id, signal, remember });
      if (taken.kind === 'not-had') return unanswered(taken.answer);
      if (taken.kind === 'already-taken' || taken.kind === 'unreadable') return notTaken(taken);
      return shown(taken.id ?? '');
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/reconciliation/statements',
      operationId: 'listStatements',
      scope: 'reconciliation:read',
      summary: 'List the files that were taken in',
      description: 'Every file that counts, the newest first.',
      tags,
      query: listStatementsQuery,
      responses: { 200: json(statementPage, 'A page of files') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const [before] = positionOf(query.cursor, z.tuple([z.string()])) ?? [];
      const rows = await parts.views.list(before, query.limit);
      return {
        status: 200,
        body: pageFrom(
          rows,
          query.limit,
          (row) => row,
          ({ id }) => [id],
        ),
      };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/reconciliation/statements/{id}',
      operationId: 'getStatement',
      scope: 'reconciliation:read',
      summary: 'Show one file that was taken in',
      description: 'Its accounts with their balances and sums; never what the bank wrote of an entry.',
      tags,
      params: statementPath,
      responses: { 200: json(statementView, 'The file') },
      problems: ['not-found'],
    },
    async ({ params: { id } }) => {
      const view = await parts.views.one(id);
      return view === undefined ? problem('not-found') : { status: 200, body: view };
    },
  ),
];
