import { z } from 'zod';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { type JournalLine, journalPage, journalQuery } from '../../contracts/v1/journal.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { json, type Route, route } from '../routes/route.ts';
import type { Reading, ReadLine } from './reading.ts';

/** The journal as people read it: what was done to one thing, by whom and why. */
export const journalRoutes = (reading: Reading): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/admin/journal',
      operationId: 'listJournal',
      scope: 'journal:read',
      summary: 'Read the journal of one reference, the newest line first',
      description:
        'Each line as it is kept and sealed, and as it was said: reasons are kept as ciphertext and opened here. What concerns a subscription and its deliveries is its maker’s, and the administrators’.',
      tags: ['journal'],
      query: journalQuery,
      responses: { 200: json(journalPage, 'A page of lines') },
      problems: ['invalid-cursor'],
    },
    async ({ query: { reference, cursor, limit }, principal }) => {
      const before = positionOf(cursor, z.tuple([z.int()]))?.[0];
      const lines = await reading.of(reference, { before, limit }, principal);
      return { status: 200, body: pageFrom(lines, limit, viewOf, ({ position }) => [position]) };
    },
  ),
];

const viewOf = (line: ReadLine): JournalLine => ({
  position: line.position,
  id: line.id,
  reference: line.ref,
  from: line.from,
  to: line.to,
  said: line.said,
  actor: line.actor,
  at: vietnamTime(line.at),
  payloadHash: line.payloadHash,
});
