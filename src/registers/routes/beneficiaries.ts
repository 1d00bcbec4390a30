import { beneficiaryPage, unitAccounts, unitBeneficiaries, unitPath } from '../../../contracts/v1/beneficiary.ts';
import { isProblem } from '../../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../../routes/route.ts';
import type { BeneficiaryRow } from '../beneficiaries.ts';
import type { Register } from '../register.ts';
import { get, importing, load, pageOf, replace, tags } from './shared.ts';

const scope = 'admin:beneficiaries';
const path = '/v1/admin/beneficiaries/{unitCode}';
const params = unitPath;
const responses = { 200: json(unitBeneficiaries, 'What stands for the unit') } as const;

const accountView = (row: BeneficiaryRow) => ({
  method: row.method,
  bankBin: row.bank_bin,
  accountNumber: row.account_number,
  accountName: row.account_name,
  treasuryAccount: row.treasury_account,
  chapter: row.chapter,
  subItem: row.sub_item,
  validFrom: row.valid_from,
  validTo: row.valid_to,
});
const ofUnit = (unitCode: string, rows: readonly BeneficiaryRow[]) =>
  ({ status: 200, body: { unitCode, accounts: rows.map(accountView) } }) as const;

/** The accounts that units are paid to. */
export const beneficiaryRoutes = ({
  beneficiaries,
}: {
  readonly beneficiaries: Register<BeneficiaryRow>;
}): readonly Route[] => [
  route(
    {
      method: 'put',
      ...{ path, scope, tags, params, responses },
      operationId: 'putBeneficiaries',
      summary: 'Say where the money of a unit goes',
      description:
        'These accounts take the place of all that the unit had. One account a method and day; `method` also says by which of a bank’s doors the unit is paid. An empty list leaves the unit without any.',
      body: jsonBody(unitAccounts),
      problems: ['validation-failed'],
    },
    async ({ params: { unitCode: code }, body, principal }) => {
      const entries = body.accounts.map((account) => ({
        method: account.method,
        bank_bin: account.bankBin,
        account_number: account.accountNumber,
        account_name: account.accountName,
        treasury_account: account.treasuryAccount,
        chapter: account.chapter,
        sub_item: account.subItem,
        valid_from: account.validFrom,
        valid_to: account.validTo,
      }));
      const answer = await replace(beneficiaries, { code, entries, actor: principal.id }, 'accounts');
      return isProblem(answer) ? answer : ofUnit(code, answer.rows);
    },
  ),
  route(
    {
      method: 'get',
      ...{ path, scope, tags, params, responses },
      operationId: 'getBeneficiaries',
      summary: 'Show the accounts of a unit',
      description: 'In every validity; an empty list where the register has none.',
    },
    async ({ params: { unitCode } }) => ofUnit(unitCode, await beneficiaries.of(unitCode)),
  ),
  route(
    {
      ...get,
      scope,
      path: '/v1/admin/beneficiaries',
      operationId: 'listBeneficiaries',
      summary: 'List the accounts of all units',
      description: 'Every account in every validity; `at` shows one day, `code` one unit.',
      responses: { 200: json(beneficiaryPage, 'A page of accounts') },
    },
    async ({ query }) => ({
      status: 200,
      body: await pageOf(beneficiaries, query, (row) => ({ unitCode: row.code, ...accountView(row) })),
    }),
  ),
  route(
    {
      ...importing,
      scope,
      path: '/v1/admin/beneficiaries/import',
      operationId: 'importBeneficiaries',
      summary: 'Load accounts of units from CSV',
      description: `${importing.description} Here that holds for each \`method\` of a unit; \`code\` is the unit's. Columns: \`code,method,bank_bin,account_number,account_name,treasury_account,chapter,sub_item,valid_from,valid_to\`.`,
    },
    ({ query, body, principal }) => load(beneficiaries, query, body, principal.id),
  ),
];
