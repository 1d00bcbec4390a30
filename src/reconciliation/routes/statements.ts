import { z } from 'zod';
import {
  listStatementsQuery,
  statementPage,
  statementPath,
  statementQuery,
  statementView,
} from '../../../contracts/v1/statement.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { json, type Route, route, streamBody } from '../../routes/route.ts';
import { type StatementViews, takenView } from '../statement-views.ts';
import type { TakeIn } from '../take-in.ts';

export const tags = ['reconciliation'] as const;

/** Files of the other sides: taken in, and which were. */
export const statementRoutes = (parts: {
  readonly takeIn: TakeIn;
  readonly views: StatementViews;
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
      if (taken.kind === 'already-taken')
        return problem('already-taken', {
          headers: { location: `/v1/reconciliation/statements/${taken.statement}` },
          more: { statement: taken.statement },
        });
      if (taken.kind === 'unreadable')
        return problem('unreadable-statement', {
          more: { problems: taken.problems.map(({ row, column, message }) => ({ line: row, column, message })) },
        });
      if (taken.id === null) return { status: 200, body: takenView(taken, null) };
      return {
        status: 201,
        headers: { location: `/v1/reconciliation/statements/${taken.id}` },
        body: (await parts.views.one(taken.id)) ?? takenView(taken, null),
      };
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
