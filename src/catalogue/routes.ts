import { z } from 'zod';
import { procedureCode } from '../../contracts/domain/codes.ts';
import { vietnamTime, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import {
  agencyPage,
  catalogueQuery,
  catalogueRefresh,
  type Freshness as FreshnessBody,
  fieldPage,
  procedurePage,
  procedureQuery,
  procedureView,
} from '../../contracts/v1/catalogue.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { problem } from '../routes/problem.ts';
import { json, type Route, route } from '../routes/route.ts';
import { unanswered } from '../routes/unanswered.ts';
import type { Catalogue, CatalogueAnswer, Freshness } from './catalogue.ts';

const tags = ['catalogue'] as const;
const position = z.tuple([z.string()]);
const common = { method: 'get', scope: 'catalogue:read', tags, problems: ['invalid-cursor'] } as const;

/** What the nation publishes, as this gateway holds it: served whatever the portal does, with its age. */
export const catalogueRoutes = ({ catalogue }: { readonly catalogue: Catalogue }): readonly Route[] => [
  route(
    {
      ...common,
      path: '/v1/procedures',
      operationId: 'listProcedures',
      summary: 'List the procedures of the national base',
      description:
        'Fetched from the portal every day. While the portal is away the old list is shown and says its age.',
      query: procedureQuery,
      responses: { 200: json(procedurePage, 'A page of procedures') },
    },
    async ({ query }) => {
      const { field } = query;
      const answer = await catalogue.list('procedure', {
        ...filterOf(query),
        ...(field === undefined ? {} : { only: (item) => item.field.code === field }),
      });
      return { status: 200, body: pageOf(answer, query.limit) };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/procedures/{code}',
      operationId: 'getProcedure',
      scope: 'catalogue:read',
      summary: 'See a procedure whole: steps, papers, fees, durations, legal basis',
      description:
        'Asked of the portal when it is missing here or older than a day; while the portal is away what is held is shown with its age.',
      tags,
      params: z.strictObject({ code: procedureCode }),
      responses: { 200: json(procedureView, 'The procedure') },
      problems: ['not-found', 'system-not-configured', 'system-unavailable', 'system-failed', 'rejected-by-system'],
    },
    async ({ params }) => {
      const found = await catalogue.procedure(params.code);
      if (found.kind === 'not-found') return problem('not-found');
      if (found.kind === 'not-had') return unanswered(found.answer);
      const { procedure, fetchedAt, freshness } = found;
      return { status: 200, body: { procedure, fetchedAt: vietnamTime(fetchedAt), freshness: freshnessOf(freshness) } };
    },
  ),
  route(
    {
      ...common,
      path: '/v1/agencies',
      operationId: 'listAgencies',
      summary: 'List the agencies that the nation knows',
      description:
        'Fetched from the portal every day. While the portal is away the old list is shown and says its age.',
      query: catalogueQuery,
      responses: { 200: json(agencyPage, 'A page of agencies') },
    },
    async ({ query }) => ({
      status: 200,
      body: pageOf(await catalogue.list('agency', filterOf(query)), query.limit),
    }),
  ),
  route(
    {
      ...common,
      path: '/v1/fields',
      operationId: 'listFields',
      summary: 'List the fields that procedures belong to',
      description:
        'Fetched from the portal every day. While the portal is away the old list is shown and says its age.',
      query: catalogueQuery,
      responses: { 200: json(fieldPage, 'A page of fields') },
    },
    async ({ query }) => ({
      status: 200,
      body: pageOf(await catalogue.list('field', filterOf(query)), query.limit),
    }),
  ),
  route(
    {
      method: 'post',
      path: '/v1/admin/catalogue/refresh',
      operationId: 'refreshCatalogue',
      scope: 'systems:act',
      idempotent: { exempt: 'fetching the lists again is harmless' },
      summary: 'Fetch the catalogues from the portal now',
      description: 'Each list is replaced whole or stays as it was. `wrong-state` while another process is at it.',
      tags: ['administration'],
      responses: { 200: json(catalogueRefresh, 'What came of each list') },
      problems: ['wrong-state'],
    },
    async () => {
      const outcomes = await catalogue.refresh();
      if (outcomes === undefined) return problem('wrong-state', { detail: 'the catalogues are being fetched already' });
      return {
        status: 200,
        body: { outcomes: outcomes.map(({ kind, outcome, entries }) => ({ kind, outcome, entries })) },
      };
    },
  ),
];

const filterOf = (query: z.output<typeof catalogueQuery>) => ({
  q: query.q,
  after: positionOf(query.cursor, position)?.[0],
  limit: query.limit,
});

const pageOf = <Item extends { readonly code: string }>(answer: CatalogueAnswer<Item>, limit: number) => ({
  ...pageFrom(
    answer.items,
    limit,
    (item) => item,
    (item) => [item.code],
  ),
  fetchedAt: vietnamTimeOrNull(answer.freshness.fetchedAt),
  freshness: freshnessOf(answer.freshness),
});

const freshnessOf = (held: Freshness): FreshnessBody => ({
  state: held.state,
  fetchedAt: vietnamTimeOrNull(held.fetchedAt),
  ageSeconds: held.ageSeconds,
  lastTriedAt: vietnamTimeOrNull(held.lastTriedAt),
  lastOutcome: held.lastOutcome,
});
