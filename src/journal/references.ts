import { exchangeState } from '../../contracts/domain/exchange.ts';
import { feeReceiptState } from '../../contracts/domain/fee-receipt-state.ts';
import { inboundState } from '../../contracts/domain/inbound.ts';
import { landState } from '../../contracts/domain/land-state.ts';
import { paymentDoubt, paymentState } from '../../contracts/domain/payment-state.ts';
import { replayState } from '../../contracts/domain/replay.ts';
import { role } from '../../contracts/domain/role.ts';
import { dueState, slipState } from '../../contracts/domain/tax-state.ts';

/**
 * How the lines of one kind of reference speak. What a line states is a state only where it is declared here; anything
 * else that a line without `from` says is a fact, which stands beside the state and changes nothing of it.
 */
export interface ReferenceKind {
  /** What its references begin with. */
  readonly prefix: string;
  readonly isState: (to: string) => boolean;
  /** `line`: its first state is a line of its own, without `from`. `unwritten`: it has a state before any line. */
  readonly begins: 'line' | 'unwritten';
  /** Whether it may have come from one state to the other without a line. */
  readonly isUnwritten?: (before: string, from: string) => boolean;
  /** What facts may say that they come from, as earlier programs wrote them: of something else than the reference. */
  readonly factsFrom?: readonly string[];
}

const oneOf = (names: readonly string[]): ((to: string) => boolean) => {
  const known = new Set(names);
  return (to) => known.has(to);
};

/** Taking up a send is no line of its own: these states and `sending` follow one another unwritten. */
const AROUND_SENDING = oneOf(['pending', 'retrying', 'uncertain']);
/** What the gateway pauses by itself; earlier programs did so without a line. */
const CREDENTIAL_REFUSED = 'paused: credential-refused';
export const PAYMENT_STANDINGS: readonly string[] = [
  ...paymentState.options,
  ...paymentState.options.flatMap((state) => paymentDoubt.options.map((doubt) => `${state} (${doubt})`)),
];

/** Kinds that have states. Of all others nothing is known, and little is asked: see `continuity`. */
export const referenceKinds: readonly ReferenceKind[] = [
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
  {
    prefix: 'payment:',
    begins: 'line',
    isState: oneOf(PAYMENT_STANDINGS),
    // The first line of a bill that was looked up said nothing of its doubt in earlier programs.
    isUnwritten: (before, from) => before === 'creating' && from === 'creating (creation)',
    // Refunds and facts of people: `refund sending` and `fact of people approved` came from their own state.
    factsFrom: ['awaiting-approval'],
  },
  { prefix: 'land:', begins: 'line', isState: oneOf(landState.options) },
  { prefix: 'fee-receipt:', begins: 'line', isState: oneOf(feeReceiptState.options) },
  { prefix: 'tax:', begins: 'line', isState: oneOf(dueState.options) },
  { prefix: 'tax-slip:', begins: 'line', isState: oneOf(slipState.options) },
  { prefix: 'approval:', begins: 'line', isState: oneOf(['awaiting', 'approved']) },
  { prefix: 'rpl_', begins: 'line', isState: oneOf(replayState.options) },
  { prefix: 'in_', begins: 'line', isState: oneOf(inboundState.options) },
  // A principal's role; those of before were made without a line.
  { prefix: 'prn_', begins: 'unwritten', isState: oneOf(role.options) },
  { prefix: 'key_', begins: 'unwritten', isState: oneOf(['active', 'revoked']) },
];

export const kindOf = (ref: string): ReferenceKind | undefined =>
  referenceKinds.find(({ prefix }) => ref.startsWith(prefix));
