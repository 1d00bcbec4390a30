import type { BeneficiaryAccount } from '../../contracts/domain/payment.ts';
import { channels } from './channel.ts';
import type { PickDoor } from './open.ts';

/** The accounts of units, as the province's register has them today. */
export interface Beneficiaries {
  /** Of the first of these channels that the unit has one for; undefined where the register is silent. */
  accountOf(
    unit: string,
    channels: readonly string[],
  ): Promise<{ readonly channel: string; readonly account: BeneficiaryAccount } | undefined>;
}

/**
 * By which door of a method a unit is paid, and into which account: the register says both. Where it is silent the
 * default account serves, through the method's first channel.
 */
export const pickDoor =
  (beneficiaries: Beneficiaries, fallback: BeneficiaryAccount | undefined): PickDoor =>
  async (method, unit) => {
    const doors = channels.filter((channel) => channel.method === method);
    const found = await beneficiaries.accountOf(
      unit,
      doors.map(({ name }) => name),
    );
    const account = found?.account ?? fallback;
    const channel = found === undefined ? doors[0] : doors.find(({ name }) => name === found.channel);
    return channel === undefined || account === undefined ? undefined : { channel, beneficiary: account };
  };
