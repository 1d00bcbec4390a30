import { z } from 'zod';
import { dryRun, newReplay, replayPage, replayQuery, replayView } from '../../../contracts/v1/replay.ts';
import type { SecondVerdict } from '../../access/four-eyes.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { Replays } from '../replays/replays.ts';
import { planOf, replayOf } from './view.ts';

const params = z.strictObject({ id: z.string().min(1).max(60) });
const tags = ['replays'] as const;
const WHY: Readonly<Record<Exclude<SecondVerdict, 'may' | 'not-awaiting'>, string>> = {
  'no-person': 'a person has to approve it, and this is a program',
  'asked-by-a-system': 'so many need two people, and a program is neither: let a person ask',
  'same-person': 'whoever asked for it does not approve it',
  'cannot-tell':
    'one came with a key and one with a token: an administrator has to say whose the account is (`account` of `POST /v1/admin/keys`)',
  'made-by-the-other': 'one of the two made the other, or a key or an account of the other, within a day',
};

/** Sending many exchanges again, as a stored job. */
export const replayRoutes = ({ replays }: { readonly replays: Replays }): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/v1/replays',
      operationId: 'createReplay',
      scope: 'replays:write',
      idempotent: true,
      summary: 'Send many exchanges again, or count them first',
      description:
        'With `dryRun` the exchanges that the filter meets are counted by operation, state and cause, and nothing is stored. Otherwise a job is stored and runs at the rate given; a large one waits for another person’s approval. One person’s replays that nobody approved and that have not ended count together, so that several small ones are a large one; a program may not ask for what needs two people. What is delivered, cancelled or superseded is never replayed, nor, unless an administrator asks, a delivery to somebody else’s subscription.',
      tags,
      body: jsonBody(newReplay),
      responses: { 200: json(dryRun, 'What would be replayed'), 201: json(replayView, 'The stored replay') },
      problems: ['second-person-required'],
    },
    async ({ body, principal, command }) => {
      if (body.dryRun) return { status: 200, body: planOf(await replays.dryRun(body, principal)) };
      const earlier = command.resource === undefined ? undefined : await replays.find(command.resource);
      const made = earlier ?? (await replays.create(body, principal, (id) => [command.remember(id)]));
      if (made === undefined) return problem('second-person-required', { detail: WHY['asked-by-a-system'] });
      return { status: 201, body: replayOf(made), headers: { location: `/v1/replays/${made.id}` } };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/replays',
      operationId: 'listReplays',
      scope: 'replays:read',
      summary: 'List replays, the newest first',
      description: 'All replays, those that have ended too.',
      tags,
      query: replayQuery,
      responses: { 200: json(replayPage, 'A page of replays') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => ({
      status: 200,
      body: pageFrom(
        await replays.list(query.limit + 1, positionOf(query.cursor, z.tuple([z.string()]))?.[0]),
        query.limit,
        replayOf,
        (replay) => [replay.id],
      ),
    }),
  ),
  route(
    {
      method: 'get',
      path: '/v1/replays/{id}',
      operationId: 'getReplay',
      scope: 'replays:read',
      summary: 'See how far a replay is',
      description: 'Its filter, its state, who asked for it and who approved it, and its counters.',
      tags,
      params,
      responses: { 200: json(replayView, 'The replay') },
      problems: ['not-found'],
    },
    async ({ params: { id } }) => {
      const found = await replays.find(id);
      return found === undefined ? problem('not-found') : { status: 200, body: replayOf(found) };
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/replays/{id}/approve',
      operationId: 'approveReplay',
      scope: 'replays:approve',
      idempotent: true,
      summary: 'Approve a large replay',
      description:
        'By a person other than the one who asked for it, whatever key, token or session either came with, and where neither made the other, or a key or an account of the other, within a day; then it runs.',
      tags,
      params,
      responses: { 200: json(replayView, 'The replay, running') },
      problems: ['not-found', 'wrong-state', 'second-person-required'],
    },
    async ({ params: { id }, principal, command }) => {
      const found = await replays.find(id);
      if (found === undefined) return problem('not-found');
      if (command.resource === undefined) {
        if (found.state !== 'awaiting-approval') return problem('wrong-state', { more: { state: found.state } });
        const end = await replays.approve(id, principal, [command.remember(id)]);
        if (end === 'not-awaiting') return problem('wrong-state');
        if (end !== 'done') return problem('second-person-required', { detail: WHY[end] });
      }
      const now = await replays.find(id);
      return now === undefined ? problem('not-found') : { status: 200, body: replayOf(now) };
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/replays/{id}/stop',
      operationId: 'stopReplay',
      scope: 'replays:write',
      idempotent: true,
      summary: 'Stop a replay for good',
      description: 'What it has set to be sent again stays so; the rest is left as it is.',
      tags,
      params,
      responses: { 200: json(replayView, 'The replay, stopped') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ params: { id }, principal, command }) => {
      if (command.resource === undefined && !(await replays.halt(id, principal.id, [command.remember(id)]))) {
        const found = await replays.find(id);
        return found === undefined ? problem('not-found') : problem('wrong-state', { more: { state: found.state } });
      }
      const now = await replays.find(id);
      return now === undefined ? problem('not-found') : { status: 200, body: replayOf(now) };
    },
  ),
];
