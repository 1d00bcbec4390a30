import { z } from 'zod';
import { statementMap } from '../../../contracts/domain/statement-map.ts';
import { declaredMap, mapList, mapPath } from '../../../contracts/v1/statement.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { StatementMaps } from '../statement-maps.ts';
import { tags } from './statements.ts';

const scope = 'admin:statement-maps';
const path = '/v1/admin/statement-maps/{source}';
const responses = { 200: json(declaredMap, 'As it stands now') } as const;

/** How files of declared sources are written. */
export const statementMapRoutes = ({ maps }: { readonly maps: StatementMaps }): readonly Route[] => [
  route(
    {
      ...{ method: 'put', path, scope, tags, params: mapPath, responses },
      ...{ operationId: 'putStatementMap', summary: 'Say how files of a source are written' },
      description:
        'Which column holds what, of a CSV, a pipe file or a workbook. For `payment-platform` it takes the place of the columns that are assumed.',
      body: jsonBody(statementMap),
      problems: ['validation-failed'],
    },
    async ({ params: { source }, body, principal }) => {
      await maps.put(source, body, principal.id);
      return { status: 200, body: { source, map: body } };
    },
  ),
  route(
    {
      ...{ method: 'get', path, scope, tags, params: mapPath, responses },
      ...{ operationId: 'getStatementMap', summary: 'Show how files of a source are written' },
      description: 'Only of what was declared: layouts that the program knows need none.',
      problems: ['not-found'],
    },
    async ({ params: { source } }) => {
      const map = await maps.one(source);
      return map === undefined ? problem('not-found') : { status: 200, body: { source, map } };
    },
  ),
  route(
    {
      ...{ method: 'get', path: '/v1/admin/statement-maps', scope, tags, query: z.strictObject({}) },
      ...{
        operationId: 'listStatementMaps',
        summary: 'List the sources that were declared',
        description: 'Each with its map, in the order of their names.',
      },
      responses: { 200: json(mapList, 'The declared sources') },
    },
    async () => ({ status: 200, body: { items: [...(await maps.all())] } }),
  ),
];
