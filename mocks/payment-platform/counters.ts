import { type CommonCounters, commonCounters } from '../kit/simulation.ts';

/** What happened, counted. A test compares these with what it asked for; money stands in the ledger. */
export interface Counters extends CommonCounters {
  /** Transactions that an INIT made. */
  inits: number;
  /** An INIT whose reference exists (116). */
  duplicatesRefused: number;
  /** A QUERY or GET_BILL for what does not exist, or with another time than INIT's (104). */
  notFound: number;
  /** Wrong MaXacThuc (07). */
  badSeals: number;
  bills: number;
  lookups: number;
  /** Notices that went out, repeats included, and those that the partner answered with 00. */
  notices: number;
  noticesTaken: number;
}

export const freshCounters = (): Counters => ({
  ...commonCounters(),
  inits: 0,
  duplicatesRefused: 0,
  notFound: 0,
  badSeals: 0,
  bills: 0,
  lookups: 0,
  notices: 0,
  noticesTaken: 0,
});
