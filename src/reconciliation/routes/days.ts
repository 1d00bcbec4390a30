import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import {
  dayList,
  dayPath,
  dayQuery,
  dayView,
  lockView,
  periodPath,
  reopenRequest,
} from '../../../contracts/v1/reconciliation.ts';
import { type Problem, problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import { type DayRefusal, SECOND_PERSON, WRONG_STATE } from '../day-refusals.ts';
import type { DayRow } from '../day-rows.ts';
import type { Days } from '../days.ts';
import { tags } from './statements.ts';

const path = '/v1/reconciliation/days/{date}';
const responses = { 200: json(dayView, 'As it stands now') } as const;
const problems = ['wrong-state', 'second-person-required'] as const;

const viewOf = (row: DayRow) => ({
  ...{ date: row.day, state: row.state, run: row.run, digest: row.digest, closedBy: row.closed_by },
  ...{
    closedAt: vietnamTime(row.closed_at),
    approvedBy: row.approved_by,
    approvedAt: vietnamTimeOrNull(row.approved_at),
  },
});

const isOfState = (refusal: DayRefusal): refusal is keyof typeof WRONG_STATE => refusal in WRONG_STATE;
function refused(refusal: DayRefusal): Problem<'wrong-state' | 'second-person-required'> {
  return isOfState(refusal)
    ? problem('wrong-state', { detail: WRONG_STATE[refusal].en })
    : problem('second-person-required', { detail: SECOND_PERSON[refusal].en });
}

/** Days: closed by one person, approved by another, opened again; months and quarters locked. */
export const dayRoutes = ({ days }: { readonly days: Days }): readonly Route[] => [
  route(
    {
      ...{ method: 'get', path: '/v1/reconciliation/days', scope: 'reconciliation:read', tags, query: dayQuery },
      ...{
        operationId: 'listDays',
        summary: 'Show how days stand',
        description: 'Days that were closed at some time, between two days.',
      },
      responses: { 200: json(dayList, 'The days') },
    },
    async ({ query }) => ({ status: 200, body: { items: (await days.between(query.from, query.to)).map(viewOf) } }),
  ),
  route(
    {
      ...{
        method: 'post',
        path: `${path}/close`,
        scope: 'reconciliation:close',
        tags,
        params: dayPath,
        responses,
        problems,
      },
      ...{
        operationId: 'closeDay',
        summary: 'Close a day',
        idempotent: { exempt: 'closing what is closed is refused' },
      },
      description:
        'By its last run. It is sealed once another person has approved it; no run changes it any more, and what comes later is for the next day.',
    },
    async ({ params: { date }, principal }) => {
      const row = await days.close(date, principal);
      return typeof row === 'string' ? refused(row) : { status: 200, body: viewOf(row) };
    },
  ),
  route(
    {
      ...{
        method: 'post',
        path: `${path}/approve`,
        scope: 'reconciliation:approve',
        tags,
        params: dayPath,
        responses,
        problems,
      },
      ...{
        operationId: 'approveDay',
        summary: 'Approve a day that somebody else closed',
        idempotent: { exempt: 'approving what is approved is refused' },
      },
      description: 'With the digest of everything that it came to, in the journal.',
    },
    async ({ params: { date }, principal }) => {
      const row = await days.approve(date, principal);
      return typeof row === 'string' ? refused(row) : { status: 200, body: viewOf(row) };
    },
  ),
  route(
    {
      ...{
        method: 'post',
        path: `${path}/reopen`,
        scope: 'reconciliation:close',
        tags,
        params: dayPath,
        responses,
        problems,
      },
      ...{
        operationId: 'reopenDay',
        summary: 'Open a closed day again',
        idempotent: { exempt: 'opening what is open is refused' },
      },
      description: 'With a reason, in the journal; never in a locked month or quarter.',
      body: jsonBody(reopenRequest),
    },
    async ({ params: { date }, body, principal }) => {
      const row = await days.reopen(date, body.reason, principal);
      return typeof row === 'string' ? refused(row) : { status: 200, body: viewOf(row) };
    },
  ),
  route(
    {
      ...{
        method: 'post',
        path: '/v1/reconciliation/periods/{period}/lock',
        scope: 'reconciliation:approve',
        tags,
        params: periodPath,
      },
      ...{
        operationId: 'lockPeriod',
        summary: 'Lock a month or a quarter',
        idempotent: { exempt: 'locking what is locked changes nothing' },
      },
      description:
        'Once it is over and every day of it with money is approved. No day of it can be run, closed or opened again; what is recorded of it later stands on the list of the day on which it is found.',
      responses: { 200: json(lockView, 'It is locked') },
      problems: ['wrong-state'],
    },
    async ({ params: { period }, principal }) => {
      const open = await days.lock(period, principal);
      if (open === 'not-over') return problem('wrong-state', { detail: 'the period is not over' });
      if (open.length > 0) return problem('wrong-state', { detail: `not approved: ${open.join(', ')}` });
      return { status: 200, body: { period, locked: true as const } };
    },
  ),
];
