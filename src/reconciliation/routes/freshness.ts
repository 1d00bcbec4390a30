import { freshnessQuery, freshnessReport } from '../../../contracts/v1/reports.ts';
import { json, type Route, route } from '../../routes/route.ts';
import { type FreshnessReports, WITHIN_MINUTES } from '../freshness.ts';

/** How soon the nation sees what the province hands over. */
export const freshnessRoutes = ({ freshness }: { readonly freshness: FreshnessReports }): readonly Route[] => [
  route(
    {
      ...{ method: 'get', path: '/v1/reports/freshness', operationId: 'getFreshnessReport', scope: 'reports:read' },
      summary: 'Show how soon dossiers became nationally visible',
      description:
        'Of the states that were handed over in some days: the share that was nationally visible within 1, 5, 15 and 60 minutes, later, or not yet.',
      tags: ['reports'],
      query: freshnessQuery,
      responses: { 200: json(freshnessReport, 'The shares') },
    },
    async ({ query: { from, to } }) => {
      const { handedOver, within, later, waiting, stopped } = await freshness.of(from, to);
      const part = (count: number) => ({
        count,
        share: handedOver === 0 ? null : Math.round((count / handedOver) * 10_000) / 10_000,
      });
      return {
        status: 200,
        body: {
          ...{ from, to, handedOver },
          within: WITHIN_MINUTES.map((minutes, at) => ({ minutes, ...part(within[at] ?? 0) })),
          ...{ later: part(later), waiting: part(waiting), stopped: part(stopped) },
        },
      };
    },
  ),
];
