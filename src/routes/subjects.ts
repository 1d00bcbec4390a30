import { z } from 'zod';
import { vietnamTime } from '../../contracts/domain/time.ts';
import {
  type SubjectView,
  subjectAct,
  subjectExport,
  subjectList,
  subjectSearch,
  subjectView,
} from '../../contracts/v1/subject.ts';
import type { SubjectRow, Subjects } from '../crypto/subjects.ts';
import { problem } from './problem.ts';
import { json, jsonBody, type Route, route } from './route.ts';

const tags = ['administration'] as const;
const params = z.strictObject({ id: z.string().regex(/^[\w-]{1,60}$/) });
const acting = {
  method: 'post',
  scope: 'admin:subjects',
  idempotent: true,
  tags,
  params,
  body: jsonBody(subjectAct),
  responses: { 200: json(subjectView, 'The subject, as it stands now') },
} as const;

/** What is kept of people: found, given out, erased, held. The journal has every act before its answer. */
export const subjectRoutes = ({ subjects }: { readonly subjects: Subjects }): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/v1/admin/subjects/find',
      operationId: 'findSubjects',
      scope: 'admin:subjects',
      idempotent: { exempt: 'a search changes nothing; it is a POST so that the number stands in no address' },
      summary: 'Find what is kept of a person, by identity number',
      description: 'Exact numbers only, through a keyed index. At most 500, newest first. The search is journalled.',
      tags,
      body: jsonBody(subjectSearch),
      responses: { 200: json(subjectList, 'The subjects that the number is known in') },
    },
    async ({ body, principal }) => ({
      status: 200,
      body: { items: (await subjects.find(body.identity, principal.id, body.purpose)).map(viewOf) },
    }),
  ),
  route(
    {
      ...acting,
      path: '/v1/admin/subjects/{id}/export',
      operationId: 'exportSubject',
      idempotent: { exempt: 'a reading changes nothing; its answer must not be kept under a key' },
      summary: 'Give out everything that is kept of a subject',
      description: 'Opened and whole: content, what was sent, what was answered. Journalled with the reason.',
      responses: { 200: json(subjectExport, 'Everything that is kept') },
      problems: ['not-found', 'erased'],
    },
    async ({ params: { id }, body, principal }) => {
      const subject = await subjects.get(id);
      const held = await subjects.export(id, principal.id, body.reason);
      if (subject === undefined || held === 'not-found') return problem('not-found');
      if (held === 'erased') return problem('erased');
      return { status: 200, body: { subject: viewOf(subject), held: [...held] } };
    },
  ),
  route(
    {
      ...acting,
      path: '/v1/admin/subjects/{id}/erase',
      operationId: 'eraseSubject',
      summary: 'Erase what is kept of a subject, for ever',
      description:
        'Its key material and blind indexes are deleted and what was not yet sent is cancelled; codes, dates and states stay. Nothing brings it back. A legal hold forbids it.',
      problems: ['not-found', 'on-hold'],
    },
    async ({ params: { id }, body, principal }) => {
      const answer = await subjects.erase(id, principal.id, body.reason);
      return typeof answer === 'string' ? problem(answer) : { status: 200, body: viewOf(answer) };
    },
  ),
  route(
    {
      ...acting,
      path: '/v1/admin/subjects/{id}/hold',
      operationId: 'holdSubject',
      summary: 'Put a subject on legal hold',
      description: 'It cannot be erased until the hold is lifted. Doing it again changes the reason.',
      problems: ['not-found', 'erased'],
    },
    async ({ params: { id }, body, principal }) => {
      const answer = await subjects.hold(id, principal.id, body.reason);
      return typeof answer === 'string' ? problem(answer) : { status: 200, body: viewOf(answer) };
    },
  ),
  route(
    {
      ...acting,
      path: '/v1/admin/subjects/{id}/unhold',
      operationId: 'unholdSubject',
      summary: 'Lift a legal hold',
      description: 'The subject may be erased again. Without a hold nothing changes.',
      problems: ['not-found'],
    },
    async ({ params: { id }, body, principal }) => {
      const answer = await subjects.unhold(id, principal.id, body.reason);
      return typeof answer === 'string' ? problem(answer) : { status: 200, body: viewOf(answer) };
    },
  ),
];

const viewOf = (row: SubjectRow): SubjectView => ({
  id: row.id,
  kind: row.kind,
  ref: row.ref,
  createdAt: vietnamTime(row.created_at),
  erasedAt: row.purged_at === null ? null : vietnamTime(row.purged_at),
  hold:
    row.hold_at === null
      ? null
      : { reason: row.hold_reason ?? '', by: row.hold_by ?? '', at: vietnamTime(row.hold_at) },
});
