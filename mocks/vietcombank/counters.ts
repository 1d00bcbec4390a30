import { type CommonCounters, commonCounters } from '../kit/simulation.ts';

/** What happened, counted. A test compares these with what it asked for; money stands in the ledgers. */
export interface Counters extends CommonCounters {
  ordersCreated: number;
  /** CreateOrder under an order_code that exists. */
  duplicates: number;
  /** CheckOrder of what does not exist. */
  notFound: number;
  /** 0017. */
  badChecksums: number;
  /** Credit notices written: the last id. */
  creditIds: number;
}

export const freshCounters = (): Counters => ({
  ...commonCounters(),
  ordersCreated: 0,
  duplicates: 0,
  notFound: 0,
  badChecksums: 0,
  creditIds: 0,
});
