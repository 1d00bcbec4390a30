import { z } from 'zod';
import { purposeOf, revealQueryOf } from '../../../contracts/v1/reveal.ts';
import type { Files } from '../../files/files.ts';
import { handOut, mayOpen, openProblems } from '../../files/hand-out.ts';
import { problem } from '../../routes/problem.ts';
import { type Route, route, stream } from '../../routes/route.ts';
import type { ReceiptFound } from '../receipt-standing.ts';

/** The receipt of a payment, as the channel made it. */
export const receiptRoutes = ({
  files,
  find,
  purposes,
}: {
  readonly purposes: readonly string[];
  readonly files: Pick<Files, 'readFile'>;
  readonly find: (payment: string) => Promise<ReceiptFound>;
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/payments/{id}/receipt',
      operationId: 'getPaymentReceipt',
      scope: 'payments:read',
      summary: 'Fetch the receipt of a payment',
      description:
        'The PDF as the channel made it, to be saved. 409 `no-receipt` says `why` there is none: `not-paid`, `not-offered` (this way of paying has none), `due` (paid, and it is fetched again after Retry-After), `given-up` (it did not come in three days) or `refunded`. The receipt of a payment that went back whole is given on, with `x-receipt-state: inactive` instead of `kept`: it proves nothing any more. The program of a system is given it for its work; whoever else asks names a purpose by `reveal`, which needs the scope `reveal` and is journalled, because a receipt shows a person. One that was erased is 410.',
      tags: ['payments'],
      params: z.strictObject({ id: z.string().min(1).max(100) }),
      query: revealQueryOf(purposes),
      responses: { 200: stream('application/pdf', 'The receipt') },
      problems: ['no-receipt', ...openProblems],
    },
    async ({ params: { id }, query, principal }) => {
      const refused = mayOpen(principal, query.reveal);
      if (refused !== undefined) return refused;
      const found = await find(id);
      if ('file' in found)
        return handOut(files, found.file, {
          principal,
          reveal: purposeOf(query),
          headers: { 'x-receipt-state': found.kind },
        });
      if (found.kind !== 'none') return problem(found.kind);
      const { why, waitMs } = found;
      const headers = waitMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))) };
      return problem('no-receipt', { more: { why }, headers });
    },
  ),
];
