import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import {
  breakPage,
  healRequest,
  listBreaksQuery,
  listMatchesQuery,
  listRunsQuery,
  matchPage,
  runPage,
  runPath,
  runRequest,
  runView,
} from '../../../contracts/v1/reconciliation.ts';
import { cursorOf, pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { Breaks } from '../breaks.ts';
import type { DossierCounts } from '../dossiers/check-run.ts';
import type { RunRow, TieRow } from '../run-rows.ts';
import type { Runs } from '../runs.ts';
import { breakOf } from './breaks.ts';
import { AHEAD, tags } from './statements.ts';

const path = '/v1/reconciliation/runs';
const scope = 'reconciliation:read';

const viewOf = (run: RunRow) => ({
  ...{
    id: run.id,
    about: run.about,
    date: run.day,
    state: run.state,
    problem: run.problem,
    digest: run.digest,
    askedBy: run.asked_by,
  },
  ...{
    matched: Number(run.matched),
    tolerated: Number(run.tolerated),
    proposed: Number(run.proposed),
    breaks: Number(run.breaks),
  },
  totals: JSON.parse(run.totals) as z.output<typeof runView>['totals'],
  inputs: JSON.parse(run.inputs) as string[],
  dossiers: run.checks === null ? null : (JSON.parse(run.checks) as DossierCounts),
  ...{ askedAt: vietnamTime(run.asked_at), endedAt: vietnamTimeOrNull(run.ended_at) },
});

const WHY: Readonly<Record<string, string>> = {
  'exact-reference': 'the line names the payment; amount and account are the same',
};

function matchOf([first, ...rest]: readonly TieRow[]) {
  const rows = first === undefined ? [] : [first, ...rest];
  const lines = rows.flatMap(({ statement, number, document, line_day }) =>
    statement === null || number === null
      ? []
      : [{ statement, number: Number(number), documentNumber: document, date: line_day ?? '' }],
  );
  return {
    payments: [...new Set(rows.flatMap(({ payment }) => payment ?? []))],
    lines: [...new Map(lines.map((line) => [`${line.statement}:${line.number}`, line])).values()],
    ...{
      rule: first?.rule ?? '',
      status: first?.status ?? ('matched' as const),
      why: first?.why ?? WHY[first?.rule ?? ''] ?? '',
    },
  };
}

/** Runs of a day: asked for, looked at, stopped and resumed. */
export const runRoutes = ({ runs, breaks }: { readonly runs: Runs; readonly breaks: Breaks }): readonly Route[] => [
  route(
    {
      method: 'post',
      path,
      operationId: 'startReconciliation',
      scope: 'reconciliation:write',
      idempotent: true,
      summary: 'Reconcile a day',
      description:
        'Holds everything recorded up to the end of that day, and not settled by an earlier one, against every statement that was taken in. The same inputs come to the same result. What transfers a statement alone tells of becomes a fact of their payments. About dossiers, it asks the portal for what is in doubt, for what changed on that day and for those whose turn it is, and sends again what the portal lost.',
      tags,
      body: jsonBody(runRequest),
      responses: { 202: json(runView, 'It is being carried out: look at `Location`') },
      problems: ['wrong-state', 'validation-failed', 'system-not-configured'],
    },
    async ({ body, principal, command }) => {
      if (body.date > runs.today()) return problem('validation-failed', { errors: [AHEAD] });
      const run = await runs.ask(body, principal.id, command);
      if (run === 'not-configured') return problem('system-not-configured');
      if (run === 'day-closed') return problem('wrong-state', { detail: 'the day is closed' });
      return { status: 202, headers: { location: `${path}/${run.id}` }, body: viewOf(run) };
    },
  ),
  route(
    {
      ...{ method: 'get', path, scope, tags, operationId: 'listReconciliations', summary: 'List runs' },
      description: 'All runs, or those of one day, or about one matter; the newest first.',
      query: listRunsQuery,
      responses: { 200: json(runPage, 'A page of runs') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const [before] = positionOf(query.cursor, z.tuple([z.string()])) ?? [];
      const rows = await runs.list(before, query, query.limit);
      return { status: 200, body: pageFrom(rows, query.limit, viewOf, ({ id }) => [id]) };
    },
  ),
  route(
    {
      ...{ method: 'get', path: `${path}/{id}`, scope, tags, params: runPath },
      ...{
        operationId: 'getReconciliation',
        summary: 'Show a run',
        description: 'Its counts, and the sums of every side on its day.',
      },
      responses: { 200: json(runView, 'The run') },
      problems: ['not-found'],
    },
    async ({ params: { id } }) => {
      const run = await runs.one(id);
      return run === undefined ? problem('not-found') : { status: 200, body: viewOf(run) };
    },
  ),
  route(
    {
      ...{ method: 'get', path: `${path}/{id}/breaks`, scope, tags, params: runPath, query: listBreaksQuery },
      ...{ operationId: 'listBreaks', summary: 'List what a run found that does not agree' },
      description: 'Those of its day and those carried over; each with its nearest candidates and its age on that day.',
      responses: { 200: json(breakPage, 'A page of breaks') },
      problems: ['not-found', 'invalid-cursor'],
    },
    async ({ params: { id }, query }) => {
      if ((await runs.one(id)) === undefined) return problem('not-found');
      const [after] = positionOf(query.cursor, z.tuple([z.string()])) ?? [];
      const rows = await breaks.ofRun(id, query, after, query.limit);
      return { status: 200, body: pageFrom(rows, query.limit, breakOf, ({ id: last }) => [last]) };
    },
  ),
  route(
    {
      ...{
        method: 'get',
        path: `${path}/{id}/matches`,
        scope,
        tags,
        params: runPath,
        query: listMatchesQuery,
      },
      ...{ operationId: 'listMatches', summary: 'List what agrees, and by which rule' },
      description:
        'Pairs and groups of its day; the bank’s own entries have no payment. What is proposed waits for a person. A run about dossiers counts what agrees, and lists none.',
      responses: { 200: json(matchPage, 'A page of matches') },
      problems: ['not-found', 'invalid-cursor'],
    },
    async ({ params: { id }, query }) => {
      const run = await runs.one(id);
      if (run === undefined) return problem('not-found');
      const [after] = positionOf(query.cursor, z.tuple([z.string()])) ?? [];
      if (run.about === 'dossiers') return { status: 200, body: { items: [], nextCursor: null } };
      const groups = [...Map.groupBy(await runs.ties(run.day, query.rule, after, query.limit + 1), ({ grp }) => grp)];
      const shown = groups.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        status: 200,
        body: {
          items: shown.map(([, rows]) => matchOf(rows)),
          nextCursor: groups.length > query.limit && last !== undefined ? cursorOf([last[0]]) : null,
        },
      };
    },
  ),
  route(
    {
      ...{ method: 'post', path: `${path}/{id}/heal`, scope: 'reconciliation:heal', idempotent: true, tags },
      params: runPath,
      operationId: 'healReconciliation',
      summary: 'Send again everything that a run about dossiers found and left',
      description:
        'For `notHealed` of a run about dossiers: a person says that the portal has really lost so many. Each dossier is sent once, in the state that it has now.',
      body: jsonBody(healRequest),
      responses: { 202: json(runView, 'It is being carried out: look at `Location`') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { id }, body, principal }) => {
      const run = await runs.heal(id, body.reason, principal.id);
      if (run === undefined) return problem('not-found');
      if (typeof run === 'string') return problem('wrong-state', { detail: `the run is ${run}` });
      return { status: 202, headers: { location: `${path}/${id}` }, body: viewOf(run) };
    },
  ),
  ...(['stop', 'resume'] as const).map((act) =>
    route(
      {
        ...{
          method: 'post',
          path: `${path}/{id}/${act}`,
          scope: 'reconciliation:write',
          idempotent: true,
          tags,
          params: runPath,
        },
        operationId: act === 'stop' ? 'stopReconciliation' : 'resumeReconciliation',
        summary: act === 'stop' ? 'Stop a run' : 'Go on with a run that was stopped, or that failed',
        description:
          act === 'stop' ? 'It ends after the step under way.' : 'It begins its day anew, and comes to the same.',
        responses: { 200: json(runView, 'The run') },
        problems: ['not-found', 'wrong-state'],
      },
      async ({ params: { id }, principal }) => {
        const run = await runs.move(id, act, principal.id);
        if (run === undefined) return problem('not-found');
        if (typeof run === 'string') return problem('wrong-state', { detail: `the run is ${run}` });
        return { status: 200, body: viewOf(run) };
      },
    ),
  ),
];
