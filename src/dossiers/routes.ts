import { z } from 'zod';
import { dossierCode } from '../../contracts/domain/codes.ts';
import { type DossierSnapshot, dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { epochMs } from '../../contracts/domain/time.ts';
import {
  dossierPage,
  dossierPut,
  dossierQuery,
  dossierReceipt,
  dossierView,
  importAnswer,
  importQuery,
  timeline,
  withdrawal,
} from '../../contracts/v1/dossier.ts';
import { purposeOf, revealQueryOf } from '../../contracts/v1/reveal.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { problem } from '../routes/problem.ts';
import { json, jsonBody, type Route, route, stream, streamBody } from '../routes/route.ts';
import type { Acceptance, AcceptCommand } from './acceptance.ts';
import { DOSSIER_BYTES } from './bounds.ts';
import { type ImportOptions, importLines } from './import.ts';
import { deliveryOf, importAnswerOf, summaryOf, timelineEntryOf } from './routes/view.ts';
import type { DossierViews } from './views.ts';

export interface DossierRoom {
  readonly accept: (command: AcceptCommand) => Promise<Acceptance>;
  readonly views: DossierViews;
  /** How an import takes its lines, and leaves the event loop to others. */
  readonly importing: Pick<ImportOptions, 'accept' | 'handedOver' | 'platform' | 'turn'>;
}

const codeParam = z.strictObject({ code: dossierCode });
const tags = ['dossiers'] as const;
const refusals = [
  'stale-revision',
  'conflicting-revision',
  'revision-required',
  'erased',
  'validation-failed',
] as const;

export const dossierRoutes = ({
  dossiers,
  purposes,
  stopping,
}: {
  readonly purposes: readonly string[];
  readonly dossiers: DossierRoom;
  readonly stopping?: AbortSignal;
}): readonly Route[] => [
  route(
    {
      method: 'put',
      path: '/v1/dossiers/{code}',
      operationId: 'putDossier',
      scope: 'dossiers:write',
      summary: 'Hand over a dossier as it is now',
      description:
        'Takes the whole dossier, writes it to disk, and answers 202: it will be shown to the nation, in order. The same content again is 200 and sends nothing, unless its last delivery ended rejected or cancelled. An older one than held is 409. After a withdrawal the snapshot that it was made from is 200 too, and the dossier stays withdrawn; a newer one is shown instead.',
      tags,
      params: codeParam,
      query: z.strictObject({
        override: z.literal('order').optional().meta({
          description:
            'Sets the judging of order aside, for one that was set wrongly; needs the scope `dossiers:override` and is journalled. Where the content is the one held, only the order is set, and nothing is sent (200)',
        }),
      }),
      body: jsonBody(dossierPut),
      bodyLimitBytes: DOSSIER_BYTES,
      responses: {
        200: json(dossierReceipt, 'The same content is held already'),
        202: json(dossierReceipt, 'Taken: on disk, and on its way'),
      },
      problems: [...refusals, 'forbidden'],
    },
    async ({ params, query, body, principal }) => {
      if (body.code !== undefined && body.code !== params.code)
        return problem('validation-failed', {
          errors: [{ in: 'body', pointer: '/code', message: 'must equal the code in the path' }],
        });
      const overriding = query.override === 'order';
      if (overriding && !principal.scopes.has('dossiers:override')) return problem('forbidden');
      const snapshot: DossierSnapshot = { code: params.code, ...body } as DossierSnapshot;
      const acceptance = await dossiers.accept({
        snapshot,
        actor: principal.id,
        mode: 'send',
        ...(overriding ? { setAside: 'order-override' as const } : {}),
      });
      return answer(acceptance);
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/dossiers/{code}',
      operationId: 'getDossier',
      scope: 'dossiers:read',
      summary: 'See a dossier and how far the nation has it',
      description: 'Without `reveal` no personal data is shown. With it the whole snapshot is, for the purpose given.',
      tags,
      params: codeParam,
      query: revealQueryOf(purposes),
      responses: { 200: json(dossierView, 'The dossier') },
      problems: ['not-found', 'forbidden', 'erased'],
    },
    async ({ params, query, principal }) => {
      const found = await dossiers.views.find(params.code);
      if (found === undefined) return problem('not-found');
      const purpose = purposeOf(query);
      if (purpose === undefined) return { status: 200, body: { ...summaryOf(found), content: null } };
      if (!principal.scopes.has('reveal'))
        return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
      const content = await dossiers.views.reveal(params.code, principal.id, purpose);
      if (content === undefined) return problem('erased');
      return { status: 200, body: { ...summaryOf(found), content } };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/dossiers',
      operationId: 'listDossiers',
      scope: 'dossiers:read',
      summary: 'List dossiers in the order in which they were taken on',
      description: 'Without any personal data. A page ends where later commits could still slip in between.',
      tags,
      query: dossierQuery,
      responses: { 200: json(dossierPage, 'A page of dossiers') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const after = positionOf(query.cursor, z.tuple([z.int(), z.string()]));
      const rows = await dossiers.views.list({
        after: after && { changedAt: after[0], code: after[1] },
        changedSince: query.changedSince === undefined ? undefined : epochMs(query.changedSince),
        status: query.status,
        agency: query.agency,
        delivery: query.delivery,
        limit: query.limit,
      });
      return {
        status: 200,
        body: pageFrom(rows, query.limit, summaryOf, (row) => [row.changedAt, row.code]),
      };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/dossiers/{code}/timeline',
      operationId: 'getDossierTimeline',
      scope: 'dossiers:read',
      summary: 'Follow a dossier: what was taken, tried, delivered, and when',
      description: 'In order of time: every state of every exchange, every attempt on the wire, every act of a person.',
      tags,
      params: codeParam,
      responses: { 200: json(timeline, 'The timeline') },
      problems: ['not-found'],
    },
    async ({ params }) => {
      const found = await dossiers.views.find(params.code);
      if (found === undefined) return problem('not-found');
      const { entries, complete } = await dossiers.views.timeline(params.code);
      return {
        status: 200,
        body: {
          code: found.code,
          delivery: deliveryOf(found.delivery),
          entries: entries.map(timelineEntryOf),
          complete,
        },
      };
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/dossiers/{code}/withdrawal',
      operationId: 'withdrawDossier',
      scope: 'dossiers:write',
      idempotent: true,
      summary: 'Take back a dossier that was synchronised by mistake',
      description:
        'The portal has no service that takes a dossier back, so it is shown as withdrawn (7) or stopped (8) with the reason. The province may hand the same snapshot over again afterwards: that is 200 and changes nothing; a newer one takes the withdrawal back.',
      tags,
      params: codeParam,
      body: jsonBody(withdrawal),
      responses: {
        200: json(dossierReceipt, 'It was so already'),
        202: json(dossierReceipt, 'Taken: on disk, and on its way'),
      },
      problems: [...refusals, 'not-found', 'wrong-state'],
    },
    async ({ params, body, principal }) => {
      // Made from what is held, and taken over exactly that: a snapshot that comes in between is withdrawn itself.
      for (let round = 0; round < WITHDRAWAL_ROUNDS; round++) {
        const held = await dossiers.views.content(params.code);
        if (held === undefined)
          return problem((await dossiers.views.find(params.code)) === undefined ? 'not-found' : 'erased');
        const acceptance = await dossiers.accept({
          snapshot: { ...held.snapshot, status: body.as, note: body.reason },
          heldAlready: held.snapshot.status === body.as && held.snapshot.note === body.reason,
          actor: principal.id,
          mode: 'send',
          setAside: 'withdrawal',
          builtOn: held.version,
        });
        if (acceptance.kind === 'awaited') return problem('wrong-state', { detail: AWAITED });
        if (acceptance.kind !== 'moved') return answer(acceptance);
      }
      return problem('conflicting-revision', { detail: MOVING });
    },
  ),
  route(
    {
      method: 'post',
      path: '/v1/dossiers/import',
      operationId: 'importDossiers',
      scope: 'dossiers:write',
      idempotent: { exempt: 'the order of revisions makes every line safe to repeat' },
      summary: 'Hand over many dossiers, one a line',
      description:
        'NDJSON of any length in; NDJSON out, one answer a line in order, each given once its line is on disk. After a break, resume with `from` set to the first line without an answer. A gateway that is told to stop ends the import: its last answer is `unavailable`, with the line to go on from.',
      tags,
      query: importQuery,
      body: streamBody('application/x-ndjson', dossierSnapshot),
      responses: { 200: stream('application/x-ndjson', 'One answer a line', importAnswer) },
    },
    ({ query, body, principal }) => {
      const answers = importLines(body as unknown as AsyncIterable<Uint8Array>, {
        ...dossiers.importing,
        mode: query.mode === 'send' ? 'send' : 'record',
        actor: principal.id,
        from: query.from,
        stopping,
      });
      const encoder = new TextEncoder();
      return {
        status: 200,
        stream: new ReadableStream<Uint8Array>({
          async pull(controller) {
            const { done, value } = await answers.next();
            if (done) controller.close();
            else
              controller.enqueue(
                encoder.encode(value.map((answer) => `${JSON.stringify(importAnswerOf(answer))}\n`).join('')),
              );
          },
          async cancel() {
            await answers.return(undefined);
          },
        }),
      };
    },
  ),
];

/** How often a withdrawal is made again over a snapshot that came in meanwhile; each round means one was taken. */
const WITHDRAWAL_ROUNDS = 10;
const AWAITED =
  'what the nation shows may be newer than what is held here: hand the dossier over once more, then withdraw it';
const MOVING = 'newer snapshots of this dossier keep coming in; withdraw it when they have';

function answer(acceptance: Acceptance) {
  switch (acceptance.kind) {
    case 'accepted':
      return {
        status: 202,
        body: {
          code: acceptance.code,
          outcome: 'accepted',
          version: acceptance.version,
          exchange: acceptance.exchange,
        },
      } as const;
    case 'unchanged':
      return {
        status: 200,
        body: {
          code: acceptance.code,
          outcome: 'unchanged',
          version: acceptance.version,
          exchange: acceptance.exchange,
        },
      } as const;
    case 'refused':
      if (acceptance.reason === 'from-the-future')
        return problem('validation-failed', {
          errors: [
            {
              in: 'body',
              pointer: '/updatedAt',
              message: `is ${Math.round(acceptance.aheadMs / 1000)} seconds ahead of this gateway's clock; five minutes are borne`,
            },
          ],
        });
      return problem(acceptance.reason);
    case 'moved':
    case 'awaited':
      return problem('conflicting-revision', { detail: MOVING });
  }
}
