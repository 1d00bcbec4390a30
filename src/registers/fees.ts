import { z } from 'zod';
import { procedureCode } from '../../contracts/domain/codes.ts';
import { feeFields } from '../../contracts/domain/fee.ts';
import { money } from '../../contracts/domain/money.ts';
import type { OrderItem } from '../../contracts/domain/payment.ts';
import type { Engine } from '../store/engine.ts';
import { type RegisterDefinition, rowOf } from './definition.ts';
import { createRegister, type Register, type RegisterParts } from './register.ts';
import { statementsOf } from './statements.ts';

/** A file has digits and nothing else: `8.000` and `8,000` mean different things to different people. */
const amount = z.preprocess(
  (cell) => (typeof cell === 'string' && /^\d+$/.test(cell) ? Number(cell) : cell),
  money.shape.amount,
);

const row = rowOf({
  /** Of the procedure. */
  code: procedureCode,
  kind: feeFields.kind,
  fee_code: feeFields.code,
  name: feeFields.name,
  amount,
  channel: feeFields.channel,
});
export type FeeRow = z.infer<typeof row>;

const definition: RegisterDefinition<FeeRow> = {
  name: 'fee',
  table: 'fee_entry',
  columns: ['code', 'kind', 'fee_code', 'name', 'amount', 'channel', 'valid_from', 'valid_to'],
  key: ['code', 'kind', 'fee_code', 'channel'],
  numbers: ['amount'],
  linePerCode: true,
  row,
};
const statements = statementsOf(definition);

/** The register of what procedures cost, by the way a dossier comes. */
export const createFees = (parts: RegisterParts): Register<FeeRow> => createRegister(parts, definition);

/**
 * What a procedure costs by a channel (`online`, `counter`, `postal`) on a civil day in Vietnam (`YYYY-MM-DD`). Empty
 * where the register is silent, which is not the same as free: that is a row of 0.
 */
export async function feesOf(
  engine: Pick<Engine, 'all'>,
  procedure: string,
  channel: string,
  day: string,
): Promise<readonly Omit<OrderItem, 'name'>[]> {
  const valid = await engine.all<FeeRow>(statements.validOn(procedure, day));
  return valid
    .filter((fee) => fee.channel === channel)
    .map(({ kind, fee_code, amount: amountVnd }) => ({ kind, code: fee_code, amountVnd }));
}
