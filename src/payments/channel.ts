import type { PaymentMethod } from '../../contracts/domain/payment-state.ts';

/** A way to be paid. What differs between channels stands in these values, and nowhere is one asked for by its name. */
export interface Channel {
  readonly name: string;
  /** Which method of the contract it is a door of. */
  readonly method: PaymentMethod;
  /** The system that opens a payment's page and is asked what became of it; null where nobody is: a transfer. */
  readonly system: string | null;
  /** Whatever shares their ids of transactions. */
  readonly ledger: string;
  /** How long it may be paid, milliseconds; null: for ever. */
  readonly limitMs: number | null;
  /** It can be asked to give money back. */
  readonly refunds: boolean;
  /** It makes a receipt of what was paid, to be fetched. */
  readonly receipts: boolean;
}

export const OPEN_PAYMENT = 'open-payment';
export const ASK_PAYMENT = 'ask-payment';
export const REFUND = 'refund';
export const FETCH_RECEIPT = 'fetch-receipt';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** The usual time to pay. */
const LIMIT_MS = 30 * MINUTE;

const channel = (name: string, method: PaymentMethod, system: string | null, ledger: string): Channel => ({
  ...{ name, method, system, ledger, limitMs: LIMIT_MS, refunds: false, receipts: false },
});

/** Not among those that a payment is opened by: land taxes, which the national portal takes and proves (WIRE.md 3.1): nobody opens one here, and nobody can be asked. */
export const LAND_TAX: Channel = { ...channel('land-tax', 'national', null, 'tax'), limitMs: null };

/** Every channel, in the order in which they serve a method where the register names none. */
export const channels: readonly Channel[] = [
  // The national payment platform (WIRE.md 2.1 to 2.4).
  { ...channel('national', 'national', 'payment-platform', 'platform'), receipts: true },
  // The gateway that serves Vietcombank (WIRE.md 6.2).
  channel('vietcombank', 'vietcombank', 'vietcombank', 'gateway'),
  // The bank's own service (WIRE-2.md 6.2a).
  { ...channel('vietcombank-ecom', 'vietcombank', 'vietcombank-ecom', 'ecommerce'), refunds: true },
  // A transfer to the account of the unit, told by its code (WIRE.md 6.1). It never ends, and nobody can be asked.
  { ...channel('vietqr', 'vietqr', null, 'account'), limitMs: null },
];

export const channelNamed = (name: string): Channel => {
  const found = [...channels, LAND_TAX].find((channel) => channel.name === name);
  if (found === undefined) throw new Error(`there is no channel ${name}`);
  return found;
};

/**
 * Waits between questions: at 1, 5, 15 and 30 minutes, then hourly to a day, then every six hours. The fourth falls just
 * behind the usual time limit, so that its end is heard soon.
 */
export const ASK_WAITS_MS: readonly number[] = [
  ...[MINUTE, 4 * MINUTE, 10 * MINUTE, 15 * MINUTE + 5_000],
  ...Array<number>(23).fill(HOUR),
  6 * HOUR,
];
/** How long they are asked after the time limit, or after they last said that they do not know. */
export const ASK_FOR_MS = 3 * DAY;
/** At most one question for hints of one payment in this time. */
export const HINTS_MS = 10_000;
