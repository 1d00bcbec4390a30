import type { z } from 'zod';
import { accountFields, payChannel } from '../../contracts/domain/beneficiary.ts';
import { agencyCode } from '../../contracts/domain/codes.ts';
import type { BeneficiaryAccount } from '../../contracts/domain/payment.ts';
import type { Engine } from '../store/engine.ts';
import { type RegisterDefinition, rowOf } from './definition.ts';
import { createRegister, type Register, type RegisterParts } from './register.ts';
import { statementsOf } from './statements.ts';

const row = rowOf({
  /** Of the unit. */
  code: agencyCode,
  method: payChannel,
  bank_bin: accountFields.bankBin,
  account_number: accountFields.accountNumber,
  account_name: accountFields.accountName,
  treasury_account: accountFields.treasuryAccount,
  chapter: accountFields.chapter,
  sub_item: accountFields.subItem,
});
export type BeneficiaryRow = z.infer<typeof row>;

const definition: RegisterDefinition<BeneficiaryRow> = {
  name: 'beneficiary',
  table: 'beneficiary_account',
  columns: [
    ...(['code', 'method', 'bank_bin', 'account_number', 'account_name'] as const),
    ...(['treasury_account', 'chapter', 'sub_item', 'valid_from', 'valid_to'] as const),
  ],
  key: ['code', 'method'],
  linePerCode: true,
  row,
};
const statements = statementsOf(definition);

/** The register of accounts that units are paid to, one a method and day. */
export const createBeneficiaries = (parts: RegisterParts): Register<BeneficiaryRow> =>
  createRegister(parts, definition);

/**
 * The account of a unit on a civil day in Vietnam (`YYYY-MM-DD`), by the first of these channels that has one then.
 * Undefined where the register is silent: never an account of another day or channel.
 */
export async function beneficiaryOf(
  engine: Pick<Engine, 'all'>,
  unit: string,
  channels: readonly string[],
  day: string,
): Promise<{ readonly channel: string; readonly account: BeneficiaryAccount } | undefined> {
  const valid = await engine.all<BeneficiaryRow>(statements.validOn(unit, day));
  const found = channels.flatMap((channel) => valid.filter(({ method }) => method === channel))[0];
  return (
    found && {
      channel: found.method,
      account: {
        bankBin: found.bank_bin,
        accountNumber: found.account_number,
        accountName: found.account_name,
        treasuryAccount: found.treasury_account,
        chapter: found.chapter,
        subItem: found.sub_item,
      },
    }
  );
}
