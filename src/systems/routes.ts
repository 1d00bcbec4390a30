import { z } from 'zod';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { systemAct, systemActed, systemList, systemProbe } from '../../contracts/v1/system.ts';
import type { Platform } from '../platform.ts';
import { problem } from '../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../routes/route.ts';
import type { ControlAnswer, Probed, SystemControl } from './control.ts';
import { holdsOf } from './holds.ts';
import { holdOf, systemOf } from './routes/view.ts';
import type { SystemView } from './system.ts';
import type { SystemViews } from './system-views.ts';

export interface SystemRoom {
  readonly views: SystemViews;
  readonly control: SystemControl;
}

const probedOf = ({ outcome, code, asked, durationMs }: Probed) => ({ outcome, code, asked, durationMs });

const tags = ['systems'] as const;
const params = z.strictObject({ name: z.string().regex(/^[a-z0-9-]{1,60}$/) });
const acting = {
  method: 'post',
  scope: 'systems:act',
  idempotent: true,
  tags,
  params,
  body: jsonBody(systemAct),
  responses: { 200: json(systemActed, 'The system as it stands now, what was done, and what holds it all the same') },
  problems: ['not-found', 'system-not-configured'],
} as const;

/** The national systems: how each one stands, and what a person may do to it. */
export const systemRoutes = ({
  systems,
  platform,
}: {
  readonly systems: SystemRoom;
  readonly platform: Platform;
}): readonly Route[] => {
  const fresh = async (name: string) =>
    (await systems.views.list({ fresh: true })).find((system) => system.name === name);
  const held = (view: SystemView, probe: Probed | null) =>
    holdsOf(view, probe?.restsUntil ?? null, platform.wall()).map(holdOf);

  async function after(name: string, done: ControlAnswer) {
    if (done === undefined) return problem('not-found');
    if (done === 'not-configured') return problem('system-not-configured');
    const view = await fresh(name);
    if (view === undefined) return problem('not-found');
    const { did, probe } = done;
    return {
      status: 200,
      body: {
        ...systemOf(view),
        act: { did, probe: probe && probedOf(probe), stillHeldBy: held(view, probe) },
      },
    } as const;
  }
  return [
    route(
      {
        method: 'get',
        path: '/v1/systems',
        operationId: 'listSystems',
        scope: 'systems:read',
        summary: 'See how every national system stands',
        description:
          'What each can do and what happens after an unknown outcome; breaker, pause, rate and downtime of its lanes; what waits, since when, and when it will be gone.',
        tags,
        responses: { 200: json(systemList, 'Every system') },
      },
      async () => ({
        status: 200,
        body: { items: (await systems.views.list()).map(systemOf), at: vietnamTime(platform.wall()) },
      }),
    ),
    route(
      {
        ...acting,
        path: '/v1/systems/{name}/pause',
        operationId: 'pauseSystem',
        summary: 'Send nothing to a system until it is resumed',
        description: 'What is accepted meanwhile waits, loudly. Calls under way end by themselves.',
      },
      async ({ params: { name }, body, principal }) =>
        after(name, await systems.control.pause(name, principal.id, body.reason)),
    ),
    route(
      {
        ...acting,
        path: '/v1/systems/{name}/resume',
        operationId: 'resumeSystem',
        summary: 'Go on sending to a system',
        description:
          'Also after the gateway paused a credential by itself because it was refused. What the system asked us to wait ends. `act` says how the probe went, and what holds the system all the same, until when.',
      },
      async ({ params: { name }, body, principal }) =>
        after(name, await systems.control.resume(name, principal.id, body.reason)),
    ),
    route(
      {
        method: 'post',
        path: '/v1/systems/{name}/probe',
        operationId: 'probeSystem',
        scope: 'systems:act',
        idempotent: { exempt: 'a sign of life is asked for without any effect' },
        summary: 'Ask a system for a sign of life now',
        description:
          'Past pause and breaker (for the portal: a login). When it answers, what an open breaker holds may go at once, and what it asked us to wait ends. A refused login counts: accounts get locked.',
        tags,
        params,
        responses: { 200: json(systemProbe, 'How it answered') },
        problems: ['not-found', 'system-not-configured'],
      },
      async ({ params: { name }, principal }) => {
        const answer = await systems.control.probe(name, principal.id);
        if (answer === undefined) return problem('not-found');
        if (answer === 'not-configured') return problem('system-not-configured');
        const view = await fresh(name);
        return {
          status: 200,
          body: { ...probedOf(answer), stillHeldBy: view === undefined ? [] : held(view, answer) },
        };
      },
    ),
  ];
};
