import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import {
  type SubjectDocument,
  subjectAct,
  subjectExport,
  subjectList,
  subjectSearch,
  subjectView,
} from '../../contracts/v1/subject.ts';
import { problem } from '../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../routes/route.ts';
import type { ExportedItem, Subjects, SubjectView } from './subjects.ts';

const tags = ['administration'] as const;
const params = z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,60}$/) });
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
export const subjectRoutes = ({ subjects }: { readonly subjects: Subjects }): readonly Route[] => {
  /** The subject as it stands after an act. */
  async function standing(id: string) {
    const [subject] = await subjects.get([id]);
    return subject === undefined ? problem('not-found') : ({ status: 200, body: viewOf(subject) } as const);
  }
  return [
    route(
      {
        method: 'post',
        path: '/v1/admin/subjects/find',
        operationId: 'findSubjects',
        scope: 'admin:subjects',
        idempotent: { exempt: 'a search changes nothing; it is a POST so that the number stands in no address' },
        summary: 'Find what is kept of a person, by identity number or dossier code',
        description: 'Exact numbers only, through a keyed index.',
        tags,
        body: jsonBody(subjectSearch),
        responses: { 200: json(subjectList, 'The subjects that it is known in') },
      },
      async ({ body: { identity, ref } }) => {
        const found =
          identity === undefined ? await subjects.findByRef(ref ?? '') : await subjects.findByIdentity(identity);
        return { status: 200, body: { items: found.map(viewOf) } };
      },
    ),
    route(
      {
        ...acting,
        path: '/v1/admin/subjects/{id}/export',
        operationId: 'exportSubject',
        idempotent: { exempt: 'a reading changes nothing, and its answer must not be kept under a key' },
        summary: 'Give out everything that is kept of a subject',
        description: 'Opened and whole: content, what was sent, what was answered. Journalled with the reason.',
        responses: { 200: json(subjectExport, 'Everything that is kept') },
        problems: ['not-found', 'erased'],
      },
      async ({ params: { id }, body, principal }) => {
        const [subject] = await subjects.get([id]);
        if (subject === undefined) return problem('not-found');
        if (subject.erasedAt !== null) return problem('erased');
        const held: ExportedItem[] = [];
        for await (const item of subjects.export([id], principal.id, body.reason)) held.push(item);
        return {
          status: 200,
          body: {
            subject: viewOf(subject),
            held: held.map(({ subject: _subject, at, ...item }) => ({ ...item, at: vietnamTime(at) })),
          },
        };
      },
    ),
    route(
      {
        ...acting,
        path: '/v1/admin/subjects/{id}/erase',
        operationId: 'eraseSubject',
        summary: 'Erase what is kept of a subject, for ever',
        description:
          'Its key material and blind indexes are deleted and what was not final is cancelled; codes, dates and states stay. Nothing brings it back. A legal hold forbids it.',
        problems: ['not-found', 'on-hold'],
      },
      async ({ params: { id }, body, principal }) => {
        const [answer] = await subjects.erase([id], principal.id, body.reason);
        return answer?.outcome === 'held' ? problem('on-hold') : standing(id);
      },
    ),
    route(
      {
        ...acting,
        path: '/v1/admin/subjects/{id}/hold',
        operationId: 'holdSubject',
        summary: 'Put a subject on legal hold',
        description: 'It cannot be erased until the hold is lifted. A hold that stands keeps its first reason.',
        problems: ['not-found', 'erased'],
      },
      async ({ params: { id }, body, principal }) => {
        const [answer] = await subjects.hold([id], principal.id, body.reason);
        return answer?.outcome === 'erased' ? problem('erased') : standing(id);
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
        await subjects.release([id], principal.id, body.reason);
        return standing(id);
      },
    ),
  ];
};

const viewOf = (subject: SubjectView): SubjectDocument => ({
  id: subject.id,
  kind: subject.kind,
  ref: subject.ref,
  createdAt: vietnamTime(subject.createdAt),
  keptUntil: vietnamTimeOrNull(subject.purgeAfter),
  erasedAt: vietnamTimeOrNull(subject.erasedAt),
  hold: subject.hold && { reason: subject.hold.reason, by: subject.hold.by, at: vietnamTime(subject.hold.at) },
});
