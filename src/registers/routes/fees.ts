import { feePage, feesOfProcedure, procedureFees, procedurePath } from '../../../contracts/v1/fee.ts';
import { isProblem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { FeeRow } from '../fees.ts';
import type { Register } from '../register.ts';
import { get, importing, load, pageOf, replace, tags } from './shared.ts';

const scope = 'admin:fees';
const path = '/v1/admin/fees/{procedureCode}';
const params = procedurePath;
const responses = { 200: json(feesOfProcedure, 'What stands for the procedure') } as const;

const feeView = (row: FeeRow) => ({
  kind: row.kind,
  code: row.fee_code,
  name: row.name,
  amount: { amount: row.amount, currency: 'VND' as const },
  channel: row.channel,
  validFrom: row.valid_from,
  validTo: row.valid_to,
});
const ofProcedure = (procedureCode: string, rows: readonly FeeRow[]) =>
  ({ status: 200, body: { procedureCode, fees: rows.map(feeView) } }) as const;

/** What procedures cost. */
export const feeRoutes = ({ fees }: { readonly fees: Register<FeeRow> }): readonly Route[] => [
  route(
    {
      method: 'put',
      ...{ path, scope, tags, params, responses },
      operationId: 'putFees',
      summary: 'Say what a procedure costs',
      description:
        'These take the place of all that the procedure had. One amount a kind, code, channel and day; half of it online is a row of the channel `online`. A payment of another amount is flagged, not refused.',
      body: jsonBody(procedureFees),
      problems: ['validation-failed'],
    },
    async ({ params: { procedureCode: code }, body, principal }) => {
      const entries = body.fees.map((fee) => ({
        kind: fee.kind,
        fee_code: fee.code,
        name: fee.name,
        amount: fee.amount.amount,
        channel: fee.channel,
        valid_from: fee.validFrom,
        valid_to: fee.validTo,
      }));
      const answer = await replace(fees, { code, entries, actor: principal.id }, 'fees');
      return isProblem(answer) ? answer : ofProcedure(code, answer.rows);
    },
  ),
  route(
    {
      method: 'get',
      ...{ path, scope, tags, params, responses },
      operationId: 'getFees',
      summary: 'Show what a procedure costs',
      description: 'In every validity; an empty list where the register says nothing, which does not mean free.',
    },
    async ({ params: { procedureCode } }) => ofProcedure(procedureCode, await fees.of(procedureCode)),
  ),
  route(
    {
      ...get,
      scope,
      path: '/v1/admin/fees',
      operationId: 'listFees',
      summary: 'List what all procedures cost',
      description: 'Every fee in every validity; `at` shows one day, `code` one procedure.',
      responses: { 200: json(feePage, 'A page of fees') },
    },
    async ({ query }) => ({
      status: 200,
      body: await pageOf(fees, query, (row) => ({ procedureCode: row.code, ...feeView(row) })),
    }),
  ),
  route(
    {
      ...importing,
      scope,
      path: '/v1/admin/fees/import',
      operationId: 'importFees',
      summary: 'Load what procedures cost from CSV',
      description: `${importing.description} Here that holds for each kind, fee code and channel of a procedure; \`code\` is the procedure's. Columns: \`code,kind,fee_code,name,amount,channel,valid_from,valid_to\`; an amount is digits alone.`,
    },
    ({ query, body, principal }) => load(fees, query, body, principal.id),
  ),
];
