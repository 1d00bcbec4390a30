import { paymentDoubt, paymentState } from '../../contracts/domain/payment-state.ts';
import { type Journalled, oneOf, standsUnder } from '../chronicle/journalled.ts';
import { standingOf } from './journal.ts';

const STANDINGS: readonly string[] = [
  ...paymentState.options,
  ...paymentState.options.flatMap((state) => paymentDoubt.options.map((doubt) => standingOf(state, doubt))),
];

export const paymentsJournalled: Journalled = {
  kinds: [
    {
      prefix: 'payment:',
      begins: 'line',
      isState: oneOf(STANDINGS),
      // The first line of a bill that was looked up said nothing of its doubt in earlier programs.
      isUnwritten: (before, from) => before === 'creating' && from === 'creating (creation)',
      // Refunds and facts of people: `refund sending` and `fact of people approved` came from their own state.
      factsFrom: ['awaiting-approval'],
    },
  ],
  held: [
    {
      ...{ table: 'payment', prefix: 'payment:', states: STANDINGS, stays: standsUnder('payment:') },
      state: `t.state || case when t.doubt is null then '' else ' (' || t.doubt || ')' end`,
    },
  ],
};
