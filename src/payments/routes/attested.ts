import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import { wholeNumber } from '../../../contracts/domain/whole-number.ts';
import { attestationRequest, attestationView } from '../../../contracts/v1/payment.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { Attested, AttestedRow, AttestRefusal } from '../attested.ts';

const tags = ['payments'] as const;

const viewOf = (row: AttestedRow): z.input<typeof attestationView> => ({
  ...{ n: row.n, state: row.state, kind: row.kind, at: row.said_at, document: row.document, reason: row.reason },
  amount: row.amount === null ? null : { amount: row.amount, currency: 'VND' },
  replaces: JSON.parse(row.replaces) as string[],
  ...{ askedBy: row.asked_by, askedAt: vietnamTime(row.asked_at), approvedBy: row.approved_by },
  approvedAt: vietnamTimeOrNull(row.approved_at),
});

const problems = ['not-found', 'wrong-state', 'second-person-required', 'validation-failed'] as const;

function refused(refusal: AttestRefusal) {
  switch (refusal) {
    case 'not-found':
      return problem('not-found');
    case 'unknown-fact':
      return problem('validation-failed', {
        errors: [{ in: 'body', pointer: '/replaces', message: 'names a fact that the payment does not have' }],
      });
    case 'not-awaiting':
      return problem('wrong-state');
    default:
      return problem('second-person-required');
  }
}

/** Facts that two people attest: what no channel tells, and what it told wrongly. */
export function attestedRoutes({ attested }: { readonly attested: Attested }): readonly Route[] {
  const one = async (payment: string, which: (row: AttestedRow) => boolean) => {
    const row = (await attested.list(payment)).find(which);
    if (row === undefined) throw new Error('what a person stated vanished');
    return viewOf(row);
  };

  return [
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/facts',
        operationId: 'statePaymentFact',
        scope: 'refunds:ask',
        idempotent: true,
        summary: 'State what no channel says of a payment',
        description:
          'It counts when another person has approved it, whatever its amount is, and takes the place of the facts that it names. The document is a number of a paper, and names no person.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100) }),
        body: jsonBody(attestationRequest),
        responses: { 201: json(attestationView, 'It waits for a second person') },
        problems,
      },
      async ({ params: { id }, body, principal, command }) => {
        const held = command.resource;
        if (held !== undefined) return { status: 201, body: await one(id, (row) => row.id === held) };
        const { amount, ...said } = body;
        const asked = await attested.ask(id, { ...said, amountVnd: amount?.amount ?? null }, principal, (made, token) =>
          command.remember(made, { table: 'payment_attested', column: 'id', row: made, token }),
        );
        if (typeof asked === 'string') return refused(asked);
        return { status: 201, body: await one(id, (row) => row.id === asked.id) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments/{id}/facts',
        operationId: 'listStatedFacts',
        scope: 'payments:read',
        summary: 'See what people stated of a payment',
        description: 'Approved or not, in the order in which it was stated.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100) }),
        responses: {
          200: json(z.object({ items: z.array(attestationView) }).meta({ id: 'StatedFactList' }), 'What was stated'),
        },
      },
      async ({ params: { id } }) => ({ status: 200, body: { items: (await attested.list(id)).map(viewOf) } }),
    ),
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/facts/{n}/approve',
        operationId: 'approvePaymentFact',
        scope: 'refunds:approve',
        idempotent: { exempt: 'approving what is approved changes nothing' },
        summary: 'Approve what somebody else stated of a payment',
        description: 'From then on it is a fact.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100), n: wholeNumber(1) }),
        responses: { 200: json(attestationView, 'The fact') },
        problems,
      },
      async ({ params: { id, n }, principal }) => {
        const approved = await attested.approve(id, n, principal);
        if (approved !== 'approved') return refused(approved);
        return { status: 200, body: await one(id, (row) => row.n === n) };
      },
    ),
  ];
}
