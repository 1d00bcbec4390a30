import { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import { wholeNumber } from '../../../contracts/domain/whole-number.ts';
import { refundRequest, refundView } from '../../../contracts/v1/payment.ts';
import { problem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { Payments } from '../payments.ts';
import type { RefundRefusal, RefundRow, Refunds } from '../refunds.ts';

const tags = ['payments'] as const;

const viewOf = (row: RefundRow): z.input<typeof refundView> => ({
  ...{ n: row.n, state: row.state, amount: { amount: row.amount, currency: 'VND' }, reason: row.reason },
  ...{ reference: row.reference, transaction: row.transaction_id, cause: row.code, askedBy: row.asked_by },
  ...{ askedAt: vietnamTime(row.asked_at), approvedBy: row.approved_by },
  approvedAt: vietnamTimeOrNull(row.approved_at),
});

const problems = ['not-found', 'refund-not-offered', 'wrong-state', 'second-person-required'] as const;

function refused(refusal: RefundRefusal) {
  switch (refusal) {
    case 'not-found':
      return problem('not-found');
    case 'not-offered':
      return problem('refund-not-offered');
    case 'wrong-state':
    case 'not-awaiting':
      return problem('wrong-state');
    default:
      return problem('second-person-required');
  }
}

/** Money that goes back: asked by one, approved by another. */
export function refundRoutes({
  payments,
  refunds,
}: {
  readonly payments: Payments;
  readonly refunds: Refunds;
}): readonly Route[] {
  const one = async (payment: string, which: (row: RefundRow) => boolean) => {
    const row = (await refunds.list(payment)).find(which);
    if (row === undefined) throw new Error('a refund vanished after it was asked for');
    return viewOf(row);
  };

  return [
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/refunds',
        operationId: 'askRefund',
        scope: 'refunds:ask',
        idempotent: true,
        summary: 'Ask for money to be given back',
        description:
          'It is sent when another person has approved it. Where the way of paying has no refunds this is 409 `refund-not-offered`: it is paid back outside.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100) }),
        body: jsonBody(refundRequest),
        responses: { 201: json(refundView, 'It waits for a second person') },
        problems,
      },
      async ({ params: { id }, body, principal, command }) => {
        const held = command.resource;
        if (held !== undefined) return { status: 201, body: await one(id, (row) => row.id === held) };
        const asked = await refunds.ask(
          id,
          { amountVnd: body.amount.amount, reason: body.reason },
          principal,
          (refund, token) => command.remember(refund, { table: 'payment_refund', column: 'id', row: refund, token }),
        );
        if (typeof asked === 'string') return refused(asked);
        return { status: 201, body: await one(id, (row) => row.id === asked.refund) };
      },
    ),
    route(
      {
        method: 'get',
        path: '/v1/payments/{id}/refunds',
        operationId: 'listRefunds',
        scope: 'payments:read',
        summary: 'See what was given back, or is to be',
        description: 'In the order in which they were asked for.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100) }),
        responses: { 200: json(z.object({ items: z.array(refundView) }).meta({ id: 'RefundList' }), 'Its refunds') },
        problems: ['not-found'],
      },
      async ({ params: { id } }) => {
        if ((await payments.find(id)) === undefined) return problem('not-found');
        return { status: 200, body: { items: (await refunds.list(id)).map(viewOf) } };
      },
    ),
    route(
      {
        method: 'post',
        path: '/v1/payments/{id}/refunds/{n}/approve',
        operationId: 'approveRefund',
        scope: 'refunds:approve',
        idempotent: { exempt: 'approving what is approved changes nothing' },
        summary: 'Approve a refund that somebody else asked for',
        description: 'It is then sent, once; what became of it is found out, never guessed.',
        tags,
        params: z.strictObject({ id: z.string().min(1).max(100), n: wholeNumber(1) }),
        responses: { 200: json(refundView, 'The approved refund') },
        problems,
      },
      async ({ params: { id, n }, principal }) => {
        const approved = await refunds.approve(id, n, principal);
        if (approved !== 'approved') return refused(approved);
        return { status: 200, body: await one(id, (row) => row.n === n) };
      },
    ),
  ];
}
