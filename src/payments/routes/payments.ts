import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import { paymentPage, paymentQuery, paymentRequest, paymentView } from '../../../contracts/v1/payment.ts';
import type { RoomParts } from '../../room.ts';
import { actProblems, answerAct } from '../../routes/act-answer.ts';
import { pageFrom, positionOf } from '../../routes/paging.ts';
import { type Problem, problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route, text } from '../../routes/route.ts';
import { channelNamed, OPEN_PAYMENT } from '../channel.ts';
import { isRefusal, type PaymentRequest, type Refusal } from '../open.ts';
import type { Asked, PaymentSeen, Payments } from '../payments.ts';
import { receiptStanding } from '../receipt-standing.ts';
import { codePng, codeSvg } from '../vietqr/image.ts';

const params = z.strictObject({ id: z.string().min(1).max(100) });
const tags = ['payments'] as const;
const at = (id: string): string => `/v1/payments/${id}`;

const vnd = (amount: number) => ({ amount, currency: 'VND' as const });

function viewOf({ row, facts, items, page, receipt }: PaymentSeen): z.input<typeof paymentView> {
  const payable = row.state === 'awaiting-payment';
  return {
    ...{ id: row.id, dossierCode: row.dossier, method: row.method, state: row.state },
    ...{
      uncertain: row.doubt !== null,
      uncertainBecause: row.doubt,
      amount: vnd(row.amount),
      reference: row.reference,
    },
    redirectUrl: payable ? (page?.url ?? null) : null,
    qr: payable && page?.code !== undefined ? { text: page.code, reference: row.reference } : null,
    ...{ expiresAt: vietnamTimeOrNull(row.pay_until), createdAt: vietnamTime(row.made_at) },
    ...{ surplus: row.surplus > 0 ? vnd(row.surplus) : null, cause: row.code },
    receipt: { state: receiptStanding(row.state, receipt) },
    flags: row.fee_differs === 1 ? ['fee-policy'] : [],
    items: items.map(({ kind, code, amount }) => ({ kind, code, amount: vnd(amount) })),
    facts: facts.map((fact) => ({
      ...{ id: fact.id, kind: fact.kind, at: fact.said_at, recordedAt: vietnamTime(fact.recorded_at) },
      amount: amountOf(fact),
      ...{ transaction: fact.transaction_id, source: fact.source },
    })),
  };
}

/** What is not whole stands beside its currency. */
function amountOf({ amount, currency }: PaymentSeen['facts'][number]): { amount: number; currency: string } | null {
  if (amount !== null) return { amount, currency: currency ?? 'VND' };
  const [value, unit] = currency?.split(' ') ?? [];
  return value === undefined || unit === undefined ? null : { amount: Number(value), currency: unit };
}

function refusalOf(
  refusal: Refusal,
): Problem<'unknown-dossier' | 'beneficiary-missing' | 'due-taken' | 'validation-failed'> {
  const about = (pointer: string, message: string) => ({ errors: [{ in: 'body' as const, pointer, message }] });
  switch (refusal.why) {
    case 'unknown-dossier':
      return problem('unknown-dossier', about('/dossierCode', 'names no dossier that is held here'));
    case 'beneficiary-missing':
      return problem('beneficiary-missing', about('/method', 'has no account of the dossier’s unit'));
    case 'due-taken':
      return problem('due-taken', { headers: { location: at(refusal.payment) } });
    case 'unwritable':
      return problem('validation-failed', about(`/${refusal.field}`, refusal.message));
  }
}

const refusals = ['unknown-dossier', 'beneficiary-missing', 'due-taken', 'validation-failed'] as const;

const askProblem = (asked: Exclude<Asked, 'told' | 'nobody-to-ask'>) => {
  if (asked === 'not-found') return problem('not-found');
  return asked === 'not-configured'
    ? problem('system-not-configured')
    : problem('system-unavailable', { headers: { 'retry-after': '5' } });
};

/** What the citizen or enterprise pays for a dossier. */
export function paymentRoutes({
  payments,
  acts,
  mayCall,
}: {
  readonly payments: Payments;
  readonly acts: RoomParts['acts'];
  readonly mayCall: RoomParts['mayCall'];
}): readonly Route[] {
  const shown = async (id: string) => {
    const found = await payments.find(id);
    if (found === undefined) throw new Error('a payment vanished after it was made');
    return viewOf(found);
  };
  const image = async (id: string): Promise<string | undefined> => {
    const found = await payments.find(id);
    return found === undefined ? undefined : viewOf(found).qr?.text;
  };

  return [
    route(
      {
        method: 'post',
        path: '/v1/payments',
        operationId: 'openPayment',
        scope: 'payments:write',
        idempotent: true,
        summary: 'Have dues of a dossier paid online',
        description:
          'The amount is the sum of its items. 201 has the page or the code to be shown to the payer; 202 says that it is still being found out whether it was made. 409 `due-taken` names the payment that stands in the way.',
        tags,
        body: jsonBody(paymentRequest),
        responses: {
          201: json(paymentView, 'The payment, with its page or code'),
          202: json(paymentView, 'It goes on, or may have been made'),
        },
        problems: [...refusals, 'origin-not-allowed', ...actProblems],
      },
      async ({ body, principal, command }) => {
        for (const [field, url] of Object.entries({ returnUrl: body.returnUrl, cancelUrl: body.cancelUrl }))
          if (url != null && !mayCall(url))
            return problem('origin-not-allowed', {
              errors: [
                { in: 'body', pointer: `/${field}`, message: 'is not among the origins that ALLOWED_ORIGINS names' },
              ],
            });
        const request = requestOf(body);
        if (command.resource !== undefined && command.act.held === undefined)
          return { status: 201, body: await shown(command.resource), headers: { location: at(command.resource) } };
        const held = command.act.held && (await payments.find(command.act.held.resource));
        const first = held === undefined ? await payments.prepare(request, principal.id) : undefined;
        if (first !== undefined && isRefusal(first)) return refusalOf(first);
        const system = held === undefined ? first?.channel.system : channelNamed(held.row.channel).system;
        if (system == null) {
          const made = await payments.begin(request, principal.id, (id, token) =>
            command.remember(id, { table: 'payment', column: 'id', row: id, token }),
          );
          if ('why' in made) return refusalOf(made);
          return { status: 201, body: await shown(made.id), headers: { location: at(made.id) } };
        }
        let ready = first;
        return answerAct(
          await acts.perform({
            ...{ system, operation: OPEN_PAYMENT, actor: principal.id, ...command.act },
            prepare: async () => {
              // What chose the channel is the first try, if nothing moved on meanwhile.
              const prepared = ready ?? (await payments.prepare(request, principal.id));
              ready = undefined;
              return isRefusal(prepared) ? { refused: refusalOf(prepared) } : prepared.plan;
            },
          }),
          { shown, at },
        );
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments/{id}',
        operationId: 'getPayment',
        scope: 'payments:read',
        summary: 'See a payment',
        description: 'As it stands now, with every fact that it was judged by.',
        tags,
        params,
        responses: { 200: json(paymentView, 'The payment') },
        problems: ['not-found'],
      },
      async ({ params: { id } }) => {
        const found = await payments.find(id);
        return found === undefined ? problem('not-found') : { status: 200, body: viewOf(found) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments',
        operationId: 'listPayments',
        scope: 'payments:read',
        summary: 'List payments',
        description: 'The newest first, without any personal data.',
        tags,
        query: paymentQuery,
        responses: { 200: json(paymentPage, 'A page of payments') },
        problems: ['invalid-cursor'],
      },
      async ({ query }) => {
        const after = positionOf(query.cursor, z.tuple([z.string()]));
        const rows = await payments.list({
          ...{ dossier: query.dossierCode, state: query.state, after: after?.[0], limit: query.limit },
        });
        return { status: 200, body: pageFrom(rows, query.limit, viewOf, ({ row }) => [row.id]) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/refresh',
        operationId: 'refreshPayment',
        scope: 'payments:write',
        idempotent: { exempt: 'it only asks, and may be asked as often as anybody likes' },
        summary: 'Ask the other side now',
        description: 'What they say is laid to the payment before this answers. A transfer has nobody to be asked.',
        tags,
        params,
        responses: { 200: json(paymentView, 'The payment as it stands after their answer') },
        problems: ['not-found', 'system-not-configured', 'system-unavailable'],
      },
      async ({ params: { id }, signal, principal }) => {
        const asked = await payments.ask(id, signal, principal.id);
        if (asked !== 'told' && asked !== 'nobody-to-ask') return askProblem(asked);
        return { status: 200, body: await shown(id) };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/cancel',
        operationId: 'cancelPayment',
        scope: 'payments:write',
        idempotent: { exempt: 'cancelling twice is cancelling once' },
        summary: 'Cancel a payment',
        description:
          'They are asked first: what is paid, or may be, is not cancelled (409). A page of theirs may live on, so that the reference is asked about until its time is over; money that comes nevertheless becomes a fact.',
        tags,
        params,
        responses: { 200: json(paymentView, 'The cancelled payment') },
        problems: ['not-found', 'already-paid', 'wrong-state', 'system-not-configured', 'system-unavailable'],
      },
      async ({ params: { id }, signal, principal }) => {
        const done = await payments.cancel(id, signal, principal.id);
        if (done === 'already-paid') return problem('already-paid');
        if (done === 'wrong-state') return problem('wrong-state');
        if (done !== 'cancelled') return askProblem(done);
        return { status: 200, body: await shown(id) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments/{id}/qr.svg',
        operationId: 'getPaymentCodeSvg',
        scope: 'payments:read',
        summary: 'The code of a transfer as a drawing',
        description: 'While it is to be paid.',
        tags,
        params,
        responses: { 200: text('image/svg+xml', 'The code') },
        problems: ['not-found'],
      },
      async ({ params: { id } }) => {
        const code = await image(id);
        return code === undefined ? problem('not-found') : { status: 200, text: codeSvg(code) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments/{id}/qr.png',
        operationId: 'getPaymentCodePng',
        scope: 'payments:read',
        summary: 'The code of a transfer as an image',
        description: 'While it is to be paid.',
        tags,
        params,
        responses: { 200: text('image/png', 'The code') },
        problems: ['not-found'],
      },
      async ({ params: { id } }) => {
        const code = await image(id);
        return code === undefined ? problem('not-found') : { status: 200, text: await codePng(code) };
      },
    ),
  ];
}

function requestOf(body: z.output<typeof paymentRequest>): PaymentRequest {
  const { payer } = body;
  return {
    ...{ dossierCode: body.dossierCode, method: body.method, description: body.description },
    ...{ payerIp: body.payerIp ?? null, returnUrl: body.returnUrl ?? null, cancelUrl: body.cancelUrl ?? null },
    items: body.items.map(({ amount, ...item }) => ({ ...item, amountVnd: amount.amount })),
    payer: {
      ...{ name: payer.name, identityNumber: payer.identity?.number ?? null, phone: payer.phone ?? null },
      ...{ email: payer.email ?? null, address: payer.address ?? null },
    },
  };
}
