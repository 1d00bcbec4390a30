import { workingDaysBetween } from '../../../contracts/domain/working-days.ts';
import { breakAct, breakPath, breakView, openingAnswer, openingBreaks } from '../../../contracts/v1/reconciliation.ts';
import { type Problem, problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { BreakRefusal, Breaks, SeenBreak } from '../breaks.ts';
import type { Candidate } from '../matching/entry.ts';
import type { Opening } from '../opening.ts';
import { tags } from './statements.ts';

const vnd = (amount: number) => ({ amount: Number(amount), currency: 'VND' as const });

export const breakOf = (row: SeenBreak) => ({
  ...{ id: row.id, kind: row.kind, state: row.state, side: row.side, date: row.day },
  amount: vnd(row.ours !== 0 && row.theirs !== 0 ? row.theirs - row.ours : row.theirs !== 0 ? row.theirs : row.ours),
  ...{ ours: vnd(row.ours), theirs: vnd(row.theirs), payment: row.payment, dossierCode: row.dossier },
  exchange: row.exchange,
  line:
    row.statement === null || row.number === null
      ? null
      : {
          statement: row.statement,
          number: Number(row.number),
          documentNumber: row.document,
          date: row.line_day ?? row.day,
        },
  ...{ reason: row.why, candidates: JSON.parse(row.candidates) as Candidate[] },
  age: { workingDays: workingDaysBetween(row.day, row.run_day) },
  ...{ assignee: row.assignee, said: row.said, actedBy: row.acted_by, version: Number(row.version) },
});

const refusals: Readonly<
  Record<BreakRefusal, () => Problem<'not-found' | 'precondition-failed' | 'wrong-state' | 'validation-failed'>>
> = {
  'not-found': () => problem('not-found'),
  moved: () => problem('precondition-failed'),
  settled: () => problem('wrong-state', { detail: 'the break is settled' }),
  'amounts-differ': () => problem('wrong-state', { detail: 'the payments do not come to what the line moved' }),
  taken: () => problem('wrong-state', { detail: 'the line or the money has another pair' }),
  'assignee-missing': () => wrong('/assignee', 'is required to assign'),
  'candidate-missing': () => wrong('/candidate', 'must say which candidate is accepted'),
  'unknown-candidate': () => wrong('/candidate', 'is none of the candidates of this break'),
};
const wrong = (pointer: string, message: string) =>
  problem('validation-failed', { errors: [{ in: 'body', pointer, message }] });

/** What people do about breaks. */
export const breakRoutes = ({
  breaks,
  opening,
}: {
  readonly breaks: Breaks;
  readonly opening: Opening;
}): readonly Route[] => [
  route(
    {
      ...{ method: 'post', path: '/v1/reconciliation/opening-breaks', scope: 'reconciliation:write', tags },
      ...{ idempotent: true, operationId: 'openBreaks', summary: 'Put what was open before the gateway on the list' },
      description:
        'At go-live: differences that finance’s books have already. They stand on the list of every day until a person settles them, and age from their own day. The same list again adds nothing.',
      body: jsonBody(openingBreaks),
      responses: { 200: json(openingAnswer, 'How many are new') },
      problems: ['validation-failed'],
    },
    async ({ body, principal }) => ({ status: 200, body: await opening(body.items, principal.id) }),
  ),
  route(
    {
      ...{
        method: 'get',
        path: '/v1/reconciliation/breaks/{id}',
        scope: 'reconciliation:read',
        tags,
        params: breakPath,
      },
      ...{ operationId: 'getBreak', summary: 'Show a break', description: 'With the `ETag` that `PATCH` asks for.' },
      responses: { 200: json(breakView, 'The break') },
      problems: ['not-found'],
    },
    async ({ params: { id } }) => {
      const row = await breaks.one(id);
      return row === undefined
        ? problem('not-found')
        : { status: 200, headers: { etag: `"${row.version}"` }, body: breakOf(row) };
    },
  ),
  route(
    {
      ...{
        method: 'patch',
        path: '/v1/reconciliation/breaks/{id}',
        scope: 'reconciliation:write',
        tags,
        params: breakPath,
      },
      ...{ operationId: 'actOnBreak', summary: 'Assign, explain, correct, write off, or accept a candidate' },
      description:
        'With `If-Match`, the version that was seen. `accept` makes a pair that no later run takes apart; every act has a reason and stands in the journal.',
      body: jsonBody(breakAct),
      responses: { 200: json(breakView, 'As it stands now') },
      problems: ['not-found', 'precondition-failed', 'precondition-required', 'wrong-state', 'validation-failed'],
    },
    async (call) => {
      const { params, body, principal } = call;
      const [, version] = /^(?:W\/)?"?(\d{1,15})"?$/.exec(call.header('if-match') ?? '') ?? [];
      if (version === undefined) return problem('precondition-required');
      const after = await breaks.act(
        params.id,
        Number(version),
        { ...body, assignee: body.assignee, candidate: body.candidate },
        principal.id,
      );
      if (typeof after === 'string') return refusals[after]();
      return { status: 200, headers: { etag: `"${after.version}"` }, body: breakOf(after) };
    },
  ),
];
