import { z } from 'zod';
import { dossierCode } from '../../contracts/domain/codes.ts';
import { feeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import { money } from '../../contracts/domain/money.ts';
import { instant, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import { purposeOf, revealQueryOf } from '../../contracts/v1/reveal.ts';
import type { Files } from '../files/files.ts';
import { handOut, mayOpen, openProblems } from '../files/hand-out.ts';
import { problem } from '../routes/problem.ts';
import { json, type Route, route, stream } from '../routes/route.ts';
import { isGivenUp } from './document.ts';
import { keyOf } from './order.ts';
import type { FeeReceiptRow } from './statements.ts';
import type { TreasuryForm } from './treasury-form.ts';

const feeReceiptView = z
  .object({
    state: feeReceiptState,
    key: z.string().nullable().meta({ description: 'Under which the service knows it; null before it is issued' }),
    number: z.string().nullable(),
    series: z.string().nullable().meta({ description: 'Ký hiệu' }),
    form: z.string().nullable().meta({ description: 'Mẫu số' }),
    issuedAt: instant.nullable(),
    amount: money.meta({ description: 'What the receipt that stands says; nothing while none stands' }),
    cause: z.string().nullable().meta({ description: 'Their code, where they said no' }),
    document: z.enum(['none', 'due', 'kept', 'given-up']).meta({ description: 'Its PDF' }),
    content: z
      .object({
        payer: z.object({ name: z.string(), identityNumber: z.string().nullable(), address: z.string().nullable() }),
        receivingUnit: z.object({ code: z.string(), name: z.string() }),
        dossierCode,
        lines: z.array(
          z.object({ place: z.int(), content: z.string(), kind: z.enum(['fee', 'charge']), amount: money }),
        ),
        total: money,
        totalInWords: z.string(),
        paidBy: z.enum(['transfer', 'online']),
      })
      .nullable()
      .meta({
        description:
          'What it says, as the treasury’s form C1-10/NS has it, when `reveal` named a purpose; null while none stands',
      }),
  })
  .meta({ id: 'FeeReceipt' });

const documentOf = (row: FeeReceiptRow): 'none' | 'due' | 'kept' | 'given-up' => {
  if (row.file !== null) return 'kept';
  if (row.number === null || row.state === 'cancelled') return 'none';
  return isGivenUp(row) ? 'given-up' : 'due';
};

const dong = (amount: number) => ({ amount, currency: 'VND' as const });

const contentOf = ({ lines, totalVnd, ...form }: TreasuryForm) => ({
  ...form,
  lines: lines.map(({ amountVnd, ...line }) => ({ ...line, amount: dong(amountVnd) })),
  total: dong(totalVnd),
});

const viewOf = (row: FeeReceiptRow, form: TreasuryForm | undefined): z.input<typeof feeReceiptView> => ({
  ...{ state: row.state, key: row.n === 0 ? null : keyOf(row.reference, row.n), number: row.number },
  ...{ series: row.series, form: row.form, issuedAt: vietnamTimeOrNull(row.issued_at) },
  ...{ amount: dong(row.amount), cause: row.code, document: documentOf(row) },
  content: form === undefined ? null : contentOf(form),
});

const params = z.strictObject({ id: z.string().min(1).max(100) });
const tags = ['payments'] as const;

/** What a payment has of an e-receipt; `none`: it is not paid, its channel makes one itself, or nobody issues any. */
export type FindFeeReceipt = (payment: string) => Promise<FeeReceiptRow | 'not-found' | 'none' | 'erased'>;

/** The e-receipt of a payment's fees, as the service issued it. */
export const feeReceiptRoutes = ({
  find,
  read,
  files,
  purposes,
}: {
  readonly find: FindFeeReceipt;
  /** What the receipt that stands says; that it was seen stands in the journal first. Undefined where none stands. */
  readonly read: (
    row: FeeReceiptRow,
    seenBy: { readonly actor: string; readonly purpose: string },
  ) => Promise<TreasuryForm | undefined>;
  readonly files: Pick<Files, 'readFile'>;
  readonly purposes: readonly string[];
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/v1/payments/{id}/fee-receipt',
      operationId: 'getFeeReceipt',
      scope: 'payments:read',
      summary: 'See the e-receipt of a payment',
      description:
        'The electronic receipt that is issued for paid fees where the way of paying makes none of its own. 409 `no-receipt` where there is none: it is not paid, its channel makes one itself (`/v1/payments/{id}/receipt`), or no service is configured.',
      tags,
      params,
      query: revealQueryOf(purposes),
      responses: { 200: json(feeReceiptView, 'The e-receipt') },
      problems: ['not-found', 'no-receipt', 'erased', 'forbidden'],
    },
    async ({ params: { id }, query, principal }) => {
      const purpose = purposeOf(query);
      if (purpose !== undefined && !principal.scopes.has('reveal'))
        return problem('forbidden', { detail: 'seeing personal data needs the scope reveal' });
      const row = await find(id);
      if (row === 'none') return problem('no-receipt', { more: { why: 'none' } });
      if (typeof row === 'string') return problem(row);
      const form = purpose === undefined ? undefined : await read(row, { actor: principal.id, purpose });
      return { status: 200, body: viewOf(row, form) };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/payments/{id}/fee-receipt/document',
      operationId: 'getFeeReceiptDocument',
      scope: 'payments:read',
      summary: 'Fetch the e-receipt of a payment',
      description:
        'The PDF as the service made it, to be saved. 409 `no-receipt` says `why` there is none: `none`, `due` (it is fetched) or `given-up` (it did not come in days). The document of a receipt that was cancelled is given on, with `x-receipt-state: inactive` instead of `kept`. Who may see it is as for `/v1/payments/{id}/receipt`.',
      tags,
      params,
      query: revealQueryOf(purposes),
      responses: { 200: stream('application/pdf', 'The e-receipt') },
      problems: ['no-receipt', ...openProblems],
    },
    async ({ params: { id }, query, principal }) => {
      const refused = mayOpen(principal, query.reveal);
      if (refused !== undefined) return refused;
      const row = await find(id);
      if (row === 'not-found' || row === 'erased') return problem(row);
      if (row === 'none') return problem('no-receipt', { more: { why: 'none' } });
      if (row.file === null) return problem('no-receipt', { more: { why: documentOf(row) } });
      return handOut(files, row.file, {
        principal,
        reveal: purposeOf(query),
        headers: { 'x-receipt-state': row.state === 'cancelled' ? 'inactive' : 'kept' },
      });
    },
  ),
];
