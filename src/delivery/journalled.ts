import { exchangeState } from '../../contracts/domain/exchange.ts';
import { type Journalled, oneOf } from '../chronicle/journalled.ts';
import { LANE_POLICY, OPERATION_POLICY } from '../chronicle/policy-lines.ts';

/** Taking up a send is no line of its own: these states and `sending` follow one another unwritten. */
const AROUND_SENDING = oneOf(['pending', 'retrying', 'uncertain']);
/** What the gateway pauses by itself; earlier programs did so without a line. */
const CREDENTIAL_REFUSED = 'paused: credential-refused';

export const deliveryJournalled: Journalled = {
  kinds: [
    {
      prefix: 'x_',
      begins: 'line',
      isState: oneOf(exchangeState.options),
      isUnwritten: (before, from) =>
        (from === 'sending' && AROUND_SENDING(before)) || (before === 'sending' && AROUND_SENDING(from)),
    },
    {
      prefix: 'system:',
      begins: 'unwritten',
      isState: (to) => to === 'running' || to.startsWith('paused: '),
      // A pause lies in the system's lanes: lanes that are taken away take it with them, and new ones run.
      isUnwritten: (_before, from) => from === 'running' || from === CREDENTIAL_REFUSED,
    },
  ],
  held: [
    { table: 'exchange', prefix: '', state: 't.state', states: exchangeState.options, hash: 'payload_hash' },
    // Policies, as they were last put in force; of those of before version 0.5 there is no line.
    { ...LANE_POLICY, table: 'lane', mayBeUnsaid: true },
    { ...OPERATION_POLICY, table: 'operation_policy', mayBeUnsaid: true },
  ],
};
