import { z } from 'zod';
import { purposeOf, revealQueryOf } from '../../../contracts/v1/reveal.ts';
import {
  byDossier,
  obligations,
  receipts,
  type SlipBody,
  slipRequest,
  slipView,
  taxAnswer,
  taxQueryOf,
} from '../../../contracts/v1/tax.ts';
import type { Files } from '../../files/files.ts';
import { handOut, mayOpen, openProblems } from '../../files/hand-out.ts';
import { problem } from '../../routes/problem.ts';
import { type CommandRun, json, jsonBody, type Route, route, stream } from '../../routes/route.ts';
import { unanswered } from '../../routes/unanswered.ts';
import type { AskTax } from '../ask.ts';
import type { SlipRequest } from '../slips.ts';
import type { TaxViews } from '../views.ts';
import { askedOf, obligationOf, receiptOf, slipOf } from './views.ts';

const tags = ['tax'] as const;
const at = (id: string): string => `/v1/tax/transfer-slips/${id}`;

/** Land taxes of a dossier: what is owed, what was paid, and what the tax department is told and asked. */
export function taxRoutes({
  views,
  files,
  take,
  again,
  ask,
  purposes,
}: {
  readonly views: TaxViews;
  readonly files: Pick<Files, 'readFile'>;
  /** Takes a slip on; the id is on disk when it settles. */
  readonly take: (
    request: SlipRequest,
    actor: string,
    remember: CommandRun['remember'],
  ) => Promise<{ readonly taken: string } | { readonly open: string } | 'unknown-dossier' | 'system-not-configured'>;
  /** Asks anew what was not answered after a slip; false where there is nothing of it. */
  readonly again: (id: string, actor: string, remember: CommandRun['remember']) => Promise<boolean>;
  readonly ask: AskTax;
  readonly purposes: readonly string[];
}): readonly Route[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/tax/obligations',
        operationId: 'listTaxObligations',
        scope: 'tax:read',
        summary: 'See what is owed for a dossier',
        description:
          'The dues of land taxes as the tax department told them, the oldest first, replaced ones among them. Persons are masked; they are shown for the purpose that `reveal` names, which needs the scope `reveal` and is journalled.',
        tags,
        query: revealQueryOf(purposes).safeExtend(byDossier),
        responses: { 200: json(obligations, 'The dues') },
        problems: ['forbidden'],
      },
      async ({ query, principal }) => {
        const purpose = purposeOf(query);
        if (purpose !== undefined && !principal.scopes.has('reveal'))
          return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
        const seenBy = purpose === undefined ? undefined : { actor: principal.id, purpose };
        const dues = await views.dues(query.dossierCode, seenBy);
        return { status: 200, body: { items: dues.map((due) => obligationOf(due, purpose !== undefined)) } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/tax/receipts',
        operationId: 'listTaxReceipts',
        scope: 'tax:read',
        summary: 'See what was paid of the land taxes of a dossier',
        description: 'What the national portal proved, the oldest first, each with the payment that it makes.',
        tags,
        query: z.strictObject(byDossier),
        responses: { 200: json(receipts, 'The proofs') },
      },
      async ({ query }) => ({
        status: 200,
        body: { items: (await views.proofs(query.dossierCode)).map(receiptOf) },
      }),
    ),
    route(
      {
        method: 'get',
        path: '/v1/tax/receipts/{id}/document',
        operationId: 'getTaxReceiptDocument',
        scope: 'tax:read',
        summary: 'Fetch the document of a payment of land taxes',
        description:
          'The PDF as the portal has it, to be saved. The program of a system is given it for its work; whoever else asks names a purpose by `reveal`, which needs the scope `reveal` and is journalled.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(60) }),
        query: revealQueryOf(purposes),
        responses: { 200: stream('application/pdf', 'The document') },
        problems: ['no-receipt', ...openProblems],
      },
      async ({ params: { id }, query, principal }) => {
        const refused = mayOpen(principal, query.reveal);
        if (refused !== undefined) return refused;
        const proof = await views.proof(id);
        if (proof === undefined) return problem('not-found');
        if (proof.file === null) return problem('no-receipt', { more: { why: proof.document } });
        return handOut(files, proof.file, { principal, reveal: purposeOf(query) });
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/tax/transfer-slips',
        operationId: 'sendTransferSlip',
        scope: 'tax:write',
        idempotent: true,
        summary: 'Hand a transfer slip to the tax department',
        description:
          'It is on disk when this answers, and sent in the background; it is never sent twice by itself. One of a dossier goes at a time: 409 `wrong-state` names the one that is open. Once it was taken the gateway asks for the notice and for the sum that is owed, until both are answered.',
        tags,
        body: jsonBody(slipRequest),
        responses: { 202: json(slipView, 'The slip, on its way') },
        problems: ['unknown-dossier', 'system-not-configured', 'wrong-state'],
      },
      async ({ body, principal, command }) => {
        const made =
          command.resource === undefined
            ? await take(requestOf(body), principal.id, command.remember)
            : { taken: command.resource };
        if (made === 'unknown-dossier')
          return problem(made, {
            errors: [{ in: 'body', pointer: '/dossierCode', message: 'names no dossier that is held here' }],
          });
        if (made === 'system-not-configured') return problem(made);
        if ('open' in made)
          return problem('wrong-state', {
            detail: 'another slip of this dossier is on its way, or nobody knows yet whether it arrived',
            headers: { location: at(made.open) },
          });
        const id = made.taken;
        const slip = await views.slip(id);
        if (slip === undefined) throw new Error('a transfer slip vanished after it was taken');
        return { status: 202, body: slipOf(slip), headers: { location: at(id) } };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/tax/transfer-slips/{id}',
        operationId: 'getTransferSlip',
        scope: 'tax:read',
        summary: 'See a transfer slip, and what it was answered',
        description: 'As it stands now, with the questions after it and the dues that they brought, persons masked.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(60) }),
        responses: { 200: json(slipView, 'The slip') },
        problems: ['not-found'],
      },
      async ({ params }) => {
        const slip = await views.slip(params.id);
        return slip === undefined ? problem('not-found') : { status: 200, body: slipOf(slip) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/tax/transfer-slips/{id}/questions',
        operationId: 'askAgainAfterTransferSlip',
        scope: 'tax:write',
        idempotent: true,
        summary: 'Ask once more what was not answered after a slip',
        description:
          'For questions that nobody answered in ten days, or that were refused. 409 `wrong-state` where none is to be asked again.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(60) }),
        responses: { 202: json(slipView, 'The slip, with the new questions') },
        problems: ['not-found', 'wrong-state'],
      },
      async ({ params: { id }, principal, command }) => {
        if ((await views.slip(id)) === undefined) return problem('not-found');
        if (command.resource === undefined && !(await again(id, principal.id, command.remember)))
          return problem('wrong-state');
        const slip = await views.slip(id);
        return slip === undefined
          ? problem('not-found')
          : { status: 202, body: slipOf(slip), headers: { location: at(id) } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/tax/queries',
        operationId: 'askTax',
        scope: 'tax:read',
        idempotent: { exempt: 'it only asks, and keeps nothing of the answer' },
        summary: 'Ask the tax department now',
        description:
          'Dues of a dossier and the identity number of who owes (question 00109), or of a tax code (00046). Their answer is believed where its signature is theirs and it speaks of what was asked; otherwise 502 `untrusted-answer`, without data. It shows persons: who is no program of the province needs the scope `reveal`; the journal has it in any case.',
        tags,
        body: jsonBody(taxQueryOf(purposes)),
        responses: { 200: json(taxAnswer, 'What they answered') },
        problems: [
          ...(['forbidden', 'untrusted-answer', 'rejected-by-system', 'system-not-configured'] as const),
          ...(['system-unavailable', 'system-failed'] as const),
        ],
      },
      async ({ body, principal, signal }) => {
        const isProgram = principal.kind === 'system' && principal.role === 'system';
        if (!isProgram && !principal.scopes.has('reveal'))
          return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
        const answer = await ask(body, { actor: principal.id, purpose: body.purpose, signal });
        // Not signed by them, or not about what was asked: nothing of it is shown.
        if (answer.kind === 'drift') return problem('untrusted-answer', { more: { place: answer.path } });
        if (answer.kind === 'rejected')
          return problem('rejected-by-system', { more: { systemCode: answer.code, systemMessage: answer.message } });
        if (answer.kind !== 'completed') return unanswered(answer);
        const { dues, signer, weak } = answer.result;
        return { status: 200, body: { items: dues.map(askedOf), signature: { valid: true as const, signer, weak } } };
      },
    ),
  ];
}

/** What is left out is null from here on. */
function requestOf({ content, ...body }: SlipBody): SlipRequest {
  const { landUser, parcel, house, transfer, exemption } = content;
  const person = (one: NonNullable<NonNullable<typeof transfer>['from']>) => ({
    ...{ name: one.name, taxCode: one.taxCode ?? null, identityNumber: one.identityNumber ?? null },
    ...{ phone: one.phone ?? null, address: one.address ?? null },
  });
  return {
    ...body,
    ...{ certificateNumber: body.certificateNumber ?? null, approvedBy: body.approvedBy ?? null },
    content: {
      landUser: person(landUser),
      parcel: parcel == null ? null : { ...NO_PARCEL, ...given(parcel) },
      house: house == null ? null : { ...NO_HOUSE, ...given(house) },
      transfer:
        transfer == null
          ? null
          : {
              ...{ kind: transfer.kind ?? null, priceVnd: transfer.priceVnd ?? null },
              ...{
                contractDate: transfer.contractDate ?? null,
                from: transfer.from == null ? null : person(transfer.from),
              },
            },
      exemption: exemption == null ? null : { ...NO_EXEMPTION, ...given(exemption) },
    },
  };
}

type Given<Part> = { [Name in keyof Part]?: NonNullable<Part[Name]> };
/** Without what is absent. */
const given = <Part extends object>(part: Part): Given<Part> =>
  Object.fromEntries(Object.entries(part).filter(([, value]) => value != null)) as Given<Part>;

const NO_PARCEL = {
  ...{ sheetNumber: null, parcelNumber: null, address: null, area: null, purpose: null, origin: null, term: null },
};
const NO_HOUSE = { kind: null, grade: null, floorArea: null, structure: null, floors: null, builtIn: null };
const NO_EXEMPTION = { reason: null, amountVnd: null, document: null };
