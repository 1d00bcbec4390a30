import { z } from 'zod';
import { nationalCode } from '../../contracts/domain/national-dossier.ts';
import { epochMs, vietnamTime, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import {
  nationalDossierPage,
  nationalDossierQuery,
  nationalDossierReceipt,
  nationalDossierSummary,
  nationalDossierView,
  type NationalDossierSummary as SummaryBody,
} from '../../contracts/v1/national-dossier.ts';
import { purposeOf, revealQueryOf } from '../../contracts/v1/reveal.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { problem } from '../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../routes/route.ts';
import type { NationalDossierSummary, NationalDossiers } from './national-dossiers.ts';

const params = z.strictObject({ nationalCode });
const tags = ['national dossiers'] as const;
/** The purpose that stands in the journal when a system reads what it is to work on. */
const TAKING_UP = 'taking-up';

const summaryOf = (held: NationalDossierSummary): SummaryBody => ({
  nationalCode: held.nationalCode,
  version: held.version,
  procedure: held.procedure,
  agency: held.agency,
  receivedAt: vietnamTime(held.receivedAt),
  changedAt: vietnamTime(held.changedAt),
  dossierCode: held.dossierCode,
  acknowledgedAt: vietnamTimeOrNull(held.acknowledgedAt),
  acknowledgedBy: held.acknowledgedBy,
});

/** Dossiers that were born on the national portal: listed, read, taken up by the province. */
export const nationalDossierRoutes = ({
  nationalDossiers,
  purposes,
}: {
  readonly nationalDossiers: NationalDossiers;
  readonly purposes: readonly string[];
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/national-dossiers',
      operationId: 'listNationalDossiers',
      scope: 'national-dossiers:read',
      summary: 'List what the national portal handed over',
      description: 'In order of change, without any personal data. `unacknowledged=true` is the work list.',
      tags,
      query: nationalDossierQuery,
      responses: { 200: json(nationalDossierPage, 'A page of dossiers from the portal') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const after = positionOf(query.cursor, z.tuple([z.int(), z.string()]));
      const rows = await nationalDossiers.list({
        after: after && { changedAt: after[0], code: after[1] },
        changedSince: query.changedSince === undefined ? undefined : epochMs(query.changedSince),
        acknowledged: query.unacknowledged === undefined ? undefined : query.unacknowledged === 'false',
        limit: query.limit,
      });
      return {
        status: 200,
        body: pageFrom(rows, query.limit, summaryOf, (row) => [row.changedAt, row.nationalCode]),
      };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/national-dossiers/{nationalCode}',
      operationId: 'getNationalDossier',
      scope: 'national-dossiers:read',
      summary: 'Read a dossier from the national portal, whole',
      description:
        'The newest content that the portal handed over, personal data included, for the system that takes it up. Whoever else reads it sees it for the purpose that `reveal` names, which needs the scope `reveal`; without it `content` is null. Every reading is a line of the journal.',
      tags,
      params,
      query: revealQueryOf(purposes),
      responses: { 200: json(nationalDossierView, 'The dossier, whole') },
      problems: ['not-found', 'forbidden', 'erased'],
    },
    async ({ params: { nationalCode: code }, query, principal }) => {
      // Only the system that takes it up needs all of it for its work; whoever else looks says why.
      const takesUp = principal.kind === 'system' && principal.scopes.has('national-dossiers:ack');
      const purpose = purposeOf(query) ?? (takesUp ? TAKING_UP : undefined);
      if (purpose === undefined) {
        const summary = await nationalDossiers.find(code);
        return summary === undefined
          ? problem('not-found')
          : { status: 200, body: { ...summaryOf(summary), content: null } };
      }
      if (!takesUp && !principal.scopes.has('reveal'))
        return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
      const found = await nationalDossiers.read(code, principal.id, purpose);
      if (found.kind !== 'found') return problem(found.kind);
      return { status: 200, body: { ...summaryOf(found.summary), content: found.content } };
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/national-dossiers/{nationalCode}/receipt',
      operationId: 'acknowledgeNationalDossier',
      scope: 'national-dossiers:ack',
      idempotent: true,
      summary: 'Say that the province has taken it up, and under which code',
      description:
        'The same receipt again changes nothing. `wrong-state` when it stands under another code, or when the version named is no longer the newest.',
      tags,
      params,
      body: jsonBody(nationalDossierReceipt),
      responses: { 200: json(nationalDossierSummary, 'It is acknowledged') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { nationalCode: code }, body, principal }) => {
      const answer = await nationalDossiers.acknowledge(
        { nationalCode: code, dossierCode: body.dossierCode, version: body.version },
        principal.id,
      );
      if (answer === 'not-found') return problem('not-found');
      if (answer === 'conflict')
        return problem('wrong-state', {
          detail: 'it was taken up under another code, or a newer version came meanwhile',
        });
      return { status: 200, body: summaryOf(answer) };
    },
  ),
];
