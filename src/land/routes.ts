import { z } from 'zod';
import { dossierCode } from '../../contracts/domain/codes.ts';
import type { LandDossier, LandPaper } from '../../contracts/domain/land-dossier.ts';
import { vietnamTime, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import {
  landDossierRequest,
  landReturnedRequest,
  landSupplementRequest,
  landView,
  landWrongResultRequest,
} from '../../contracts/v1/land.ts';
import { problem } from '../routes/problem.ts';
import { type CommandRun, json, jsonBody, type Route, route } from '../routes/route.ts';
import type { LandAct, LandActRow, LandInput } from './acts.ts';
import type { LandRow } from './change.ts';

const tags = ['land'] as const;
const params = z.strictObject({ code: dossierCode });
const at = (code: string): string => `/v1/land/dossiers/${code}`;
const problems = ['unknown-dossier', 'system-not-configured'] as const;

/** A dossier at the land system, with what it was told and what it said. */
export interface LandFound {
  readonly row: LandRow;
  readonly acts: readonly LandActRow[];
  readonly words: readonly {
    readonly message: string;
    readonly what: string;
    readonly said_ms: number | null;
    readonly received_at: number;
  }[];
}
export interface LandDesk {
  find(code: string): Promise<LandFound | undefined>;
  /** On disk when it settles. */
  tell(
    act: LandAct,
    code: string,
    input: LandInput,
    actor: string,
    remember: CommandRun['remember'],
  ): Promise<'told' | (typeof problems)[number]>;
}

function viewOf({ row, acts, words }: LandFound): z.input<typeof landView> {
  return {
    ...{ dossierCode: row.code, state: row.state, saidAt: row.said_ms === 0 ? null : vietnamTime(row.said_ms) },
    ...{ timesReturnedAsWrong: row.returned_as_wrong, timesRedone: row.redone },
    acts: acts.map(({ id, act, state, exchange, code, created_at }) => ({
      ...{ id, act, state, exchange, cause: code, at: vietnamTime(created_at) },
    })),
    said: words.map(({ message, what, said_ms, received_at }) => ({
      ...{ id: message, what, at: vietnamTimeOrNull(said_ms), receivedAt: vietnamTime(received_at) },
    })),
  };
}

const paperOf = (paper: z.output<typeof landWrongResultRequest>['papers'][number]): LandPaper => ({
  ...paper,
  file: paper.file ?? null,
});

/** Dossiers at the province's land system: handed over, supplemented, returned, or their result done again. */
export function landRoutes(desk: LandDesk): readonly Route[] {
  const told = async (
    act: LandAct,
    code: string,
    input: LandInput,
    { principal, command }: { readonly principal: { readonly id: string }; readonly command: CommandRun },
  ) => {
    const done =
      command.resource === undefined ? await desk.tell(act, code, input, principal.id, command.remember) : 'told';
    if (done === 'unknown-dossier')
      return problem(done, {
        errors: [{ in: 'body', pointer: '/dossierCode', message: 'names no dossier that is held here' }],
      });
    if (done !== 'told') return problem(done);
    const found = await desk.find(code);
    if (found === undefined) throw new Error('a dossier vanished after the land system was to be told of it');
    return { status: 202 as const, body: viewOf(found), headers: { location: at(code) } };
  };
  const common = {
    method: 'post',
    scope: 'land:write',
    idempotent: true,
    tags,
    responses: { 202: json(landView, 'The dossier, and what is on its way') },
    problems,
  } as const;

  return [
    route(
      {
        ...common,
        path: '/v1/land/dossiers',
        operationId: 'sendLandDossier',
        summary: 'Hand a dossier to the land system',
        description:
          'It is on disk when this answers, and sent in the background; sent again it is one dossier there. Not while a fee that is due beforehand is open: that is for whoever hands it over.',
        body: jsonBody(landDossierRequest),
      },
      async ({ body, ...by }) => {
        const { dossierCode: code, applicant, process: workflow, parcels, papers, ...rest } = body;
        const input: Omit<LandDossier, 'receiptNumber'> = {
          ...{ ...rest, dossierCode: code, districtId: rest.districtId ?? null, workflow },
          propertyAddress: rest.propertyAddress ?? null,
          applicant: {
            ...{ name: applicant.name, identityNumber: applicant.identityNumber ?? null },
            ...{ address: applicant.address ?? null, phone: applicant.phone ?? null, email: applicant.email ?? null },
          },
          parcels: parcels.map((one) => ({ ...one, areaM2: one.areaM2 ?? null, address: one.address ?? null })),
          papers: papers.map(paperOf),
        };
        return told('receive-dossier', code, input, by);
      },
    ),
    route(
      {
        ...common,
        path: '/v1/land/dossiers/{code}/supplement',
        operationId: 'supplementLandDossier',
        summary: 'Hand over the papers that the land system asked for',
        description: 'What may have arrived is never sent again by itself: nobody can be asked.',
        params,
        body: jsonBody(landSupplementRequest),
      },
      async ({ params: { code }, body, ...by }) =>
        told(
          'supplement-dossier',
          code,
          { dueAt: body.dueAt, note: body.note ?? null, papers: body.papers.map(paperOf) },
          by,
        ),
    ),
    route(
      {
        ...common,
        path: '/v1/land/dossiers/{code}/returned',
        operationId: 'returnLandDossier',
        summary: 'Say that the result is in the applicant’s hands',
        description: 'The land system closes the dossier with it.',
        params,
        body: jsonBody(landReturnedRequest),
      },
      async ({ params: { code }, body, ...by }) => told('dossier-returned', code, body, by),
    ),
    route(
      {
        ...common,
        path: '/v1/land/dossiers/{code}/wrong-result',
        operationId: 'redoLandDossier',
        summary: 'Say that the result is wrong, to be done again',
        description: 'What may have arrived is never sent again by itself: nobody can be asked.',
        params,
        body: jsonBody(landWrongResultRequest),
      },
      async ({ params: { code }, body, ...by }) =>
        told('wrong-result', code, { content: body.content, papers: body.papers.map(paperOf) }, by),
    ),
    route(
      {
        method: 'get',
        path: '/v1/land/dossiers/{code}',
        operationId: 'getLandDossier',
        scope: 'land:read',
        summary: 'See how a dossier stands at the land system',
        description:
          'With what it was told and what it said. `returned-as-wrong`: the tax department returned it, and it goes round once more; `redoing`: its result was wrong.',
        tags,
        params,
        responses: { 200: json(landView, 'How it stands') },
        problems: ['not-found'],
      },
      async ({ params: { code } }) => {
        const found = await desk.find(code);
        return found === undefined ? problem('not-found') : { status: 200, body: viewOf(found) };
      },
    ),
  ];
}
