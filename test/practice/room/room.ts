import { z } from 'zod';
import { journalLine } from '../../../src/chronicle/journal-line.ts';
import { newId } from '../../../src/platform.ts';
import type { RoomDefinition, RoomParts } from '../../../src/room.ts';
import { problem } from '../../../src/routes/problem.ts';
import { json, type Route, route } from '../../../src/routes/route.ts';
import type { PermitFound } from '../adapter/lookup-permit.ts';
import { practiceRegistered } from './event-types.ts';
import { openAmounts, paymentOperation, paymentRoutes } from './payments.ts';
import {
  lookAtHandler,
  registrationOperation,
  registrationRoutes,
  ticketDoneHandler,
  ticketWatch,
} from './registrations.ts';
import { practiceSchema, practiceTables } from './tables.ts';

/** The gateway's side of the practice bureau: a room with one of everything that a room may have. */
export const practiceRoom: RoomDefinition = {
  name: 'practice',
  migrations: [practiceSchema],
  tables: practiceTables,
  events: [practiceRegistered],
  tags: { practice: 'Văn phòng tập dượt: permits of an invented bureau' },
  create: (parts) => ({
    operations: new Map([
      ['practice/open-page', paymentOperation(parts)],
      ['practice/submit', registrationOperation(parts)],
    ]),
    watches: new Map([['practice/fetch-results', ticketWatch(parts)]]),
    handlers: new Map([
      ['practice/ticket-done', ticketDoneHandler(parts)],
      ['practice/look-at', lookAtHandler(parts)],
    ]),
    askers: new Map([
      [
        'practice/owed',
        // What is owed now; that it was asked is journalled in the commit before the answer.
        async ({ ref }) => {
          const [row] = await parts.engine.all<{ amount: number }>(openAmounts(ref));
          return {
            answer: { amountVnd: row?.amount ?? 0 },
            statements: [
              journalLine({
                id: newId(parts.platform, 'ask'),
                ref: `permit:${ref}`,
                to: 'asked',
                actor: 'system:practice',
              }),
            ],
          };
        },
      ],
    ]),
    routes: [...paymentRoutes(parts), ...registrationRoutes(parts), permitRoute(parts)],
  }),
};

/** A question that is passed on. */
const permitRoute = (parts: RoomParts): Route =>
  route(
    {
      method: 'get',
      path: '/v1/practice/permits/{permit}',
      operationId: 'lookUpPracticePermit',
      scope: 'exchanges:read',
      summary: 'Look a permit up at the bureau',
      description: 'Asked now; nothing is kept.',
      tags: ['practice'],
      params: z.strictObject({ permit: z.string().regex(/^GP\.\d{4}$/) }),
      responses: {
        200: json(
          z.object({ permit: z.string(), status: z.string(), feeVnd: z.int() }).meta({ id: 'PracticePermit' }),
          'The permit',
        ),
      },
      problems: ['not-found', 'system-unavailable', 'system-not-configured'],
    },
    async ({ params: { permit }, signal, traceparent }) => {
      const answer = await parts.queries.run('practice', 'lookup-permit', { permit }, { signal, traceparent });
      if (answer.kind === 'not-configured') return problem('system-not-configured');
      if (answer.kind !== 'completed') return problem('system-unavailable', { headers: { 'retry-after': '5' } });
      const found = answer.result as PermitFound;
      if (!found.exists) return problem('not-found');
      return { status: 200, body: { permit, status: found.status, feeVnd: found.feeVnd } };
    },
  );
