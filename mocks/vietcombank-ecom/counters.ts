import { type CommonCounters, commonCounters } from '../kit/simulation.ts';

/** What happened, counted. A test compares these with what it asked for; money stands in the ledger. */
export interface Counters extends CommonCounters {
  /** Payments that a verifyPayment made, and refunds that were taken. */
  payments: number;
  refunds: number;
  /** A verifyPayment or refund whose reference exists. */
  duplicatesRefused: number;
  notFound: number;
  /** No or a wrong signature (69, 70), and Data that could not be opened (68). */
  badSignatures: number;
  badData: number;
  /** Notices that went out, repeats included, and those that the partner took. */
  notices: number;
  noticesTaken: number;
}

export const freshCounters = (): Counters => ({
  ...commonCounters(),
  payments: 0,
  refunds: 0,
  duplicatesRefused: 0,
  notFound: 0,
  badSignatures: 0,
  badData: 0,
  notices: 0,
  noticesTaken: 0,
});
