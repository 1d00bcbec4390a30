import type { FactKind, PaymentDoubt, PaymentState } from '../../contracts/domain/payment-state.ts';

/** One thing that was said of a payment, and counts. */
export interface Fact {
  readonly id: string;
  readonly kind: FactKind;
  /** Null where they told none. */
  readonly amount: number | null;
  readonly currency: string | null;
  /** Two people stand behind it: it counts whatever its amount is. */
  readonly attested: boolean;
  /** Ids of facts that it takes the place of. */
  readonly replaces: readonly string[];
}

/** What became of opening it. */
export type Creation =
  /** It is being opened, or may have been. */
  | 'opening'
  | 'in-doubt'
  /** Its page or code exists, and we have it. */
  | 'open'
  /** They looked the bill up: it may be paid under this reference, and nobody was given a page by us. */
  | 'looked-up'
  | 'rejected'
  | 'never-arrived'
  /** It exists, and its page was lost with their answer. */
  | 'page-lost';

/** What they said last when they were asked, beside facts. */
export type LastWord = 'awaiting' | 'pending' | 'refund' | 'unlisted' | 'not-created' | null;

/** All that a payment is judged by. */
export interface Known {
  /** Whole đồng. */
  readonly amount: number;
  readonly creation: Creation;
  readonly facts: readonly Fact[];
  readonly word: LastWord;
  /** A newer payment took its place before anybody had its page. */
  readonly retired: boolean;
  /** We cancelled it. `heard`: they were asked since, and it was not paid. */
  readonly cancelled: 'no' | 'unheard' | 'heard';
  /** Its time is over. `heard` as above; a channel that cannot be asked is heard at once. */
  readonly expired: 'no' | 'unheard' | 'heard';
  /** A refund of ours that is under way, or may have been made. */
  readonly refundOpen: boolean;
  /** They were asked to the end and never answered. */
  readonly unanswered: boolean;
  /** The same due was paid by another payment before: all money of this one is too much. */
  readonly paidElsewhere: boolean;
}

export interface Judgement {
  readonly state: PaymentState;
  readonly uncertainBecause: PaymentDoubt | null;
  /** Money above the amount, whole đồng; 0 for none. */
  readonly surplus: number;
  /** What is there to be given back, whole đồng. */
  readonly net: number;
  /** A second payment of the same due may begin. */
  readonly dueOpen: boolean;
}

/**
 * What a payment comes to. Facts are the truth and this is their fold: a pure function of the set of them, of what became
 * of its creation, of our own acts and of the time, so that neither the order in which words came nor how often they came
 * matters.
 */
export function judge(known: Known): Judgement {
  const sums = sumsOf(known);
  const state = stateOf(known, sums);
  const uncertainBecause = doubtOf(known, sums, state);
  return {
    state,
    uncertainBecause,
    surplus: Math.max(0, sums.net - (known.paidElsewhere ? 0 : known.amount)),
    net: Math.max(0, sums.net),
    dueOpen: isDueOpen(known, state, uncertainBecause),
  };
}

interface Sums {
  /** Money that counts as ours: of exactly the amount, or by two people's word. */
  readonly paid: number;
  /** Money in doubt: of another amount or currency, or said to be paid without an amount. */
  readonly doubtful: number;
  readonly returned: number;
  /** Money went back, and they did not say how much. */
  readonly returnedUntold: boolean;
  readonly net: number;
}

function sumsOf({ facts, amount }: Known): Sums {
  let paid = 0;
  let doubtful = 0;
  let returned = 0;
  let returnedUntold = false;
  for (const fact of standing(facts)) {
    const vnd = fact.amount !== null && (fact.currency ?? 'VND') === 'VND' ? fact.amount : null;
    if (fact.kind === 'paid') {
      if (vnd !== null && (fact.attested || vnd === amount)) paid += vnd;
      // Without an amount in đồng nobody knows how much: it is held for as much as was asked.
      else doubtful += vnd ?? amount;
    } else if (fact.kind === 'under-review') doubtful += vnd ?? amount;
    else if (fact.kind === 'refunded' || fact.kind === 'reversed') {
      if (vnd === null) returnedUntold = true;
      else returned += vnd;
    }
  }
  return { paid, doubtful, returned, returnedUntold, net: paid + doubtful - returned };
}

/** Each once, without those that another takes the place of. */
function standing(facts: readonly Fact[]): readonly Fact[] {
  const each = new Map(facts.map((fact) => [fact.id, fact]));
  const replaced = new Set([...each.values()].flatMap(({ id, replaces }) => replaces.filter((other) => other !== id)));
  return [...each.values()].filter(({ id }) => !replaced.has(id));
}

function stateOf(known: Known, { paid, doubtful, returned, returnedUntold, net }: Sums): PaymentState {
  const said = (kind: FactKind): boolean => standing(known.facts).some((fact) => fact.kind === kind);
  if (paid + doubtful > 0 && net <= 0) return 'refunded';
  if (paid > 0 && ((returned > 0 && net < known.amount) || returnedUntold)) return 'partly-refunded';
  if (paid > 0) return 'paid';
  if (doubtful > 0) return 'under-review';
  if (FAILED.has(known.creation) || known.retired || said('failed')) return 'failed';
  if (known.cancelled !== 'no' || said('cancelled')) return 'cancelled';
  if (known.expired === 'heard' || said('expired')) return 'expired';
  return known.creation === 'open' ? 'awaiting-payment' : 'creating';
}

const FAILED: ReadonlySet<Creation> = new Set<Creation>(['rejected', 'never-arrived', 'page-lost']);

function doubtOf(known: Known, sums: Sums, state: PaymentState): PaymentDoubt | null {
  const hasMoney = sums.paid + sums.doubtful > 0;
  if (hasMoney) {
    const goesBack = known.refundOpen || sums.returnedUntold || known.word === 'refund';
    return goesBack && state !== 'refunded' ? 'refund' : null;
  }
  const theirNo = standing(known.facts).some(({ kind }) => NO_MONEY.has(kind));
  if (theirNo) return null;
  if (known.creation === 'in-doubt' || known.creation === 'looked-up') return 'creation';
  if (known.word === 'pending' || known.word === 'unlisted') return known.word;
  if (state === 'cancelled' && known.cancelled === 'unheard') return 'cancelled-unheard';
  if (known.expired === 'unheard' && state === 'awaiting-payment') return 'expired-unheard';
  return known.unanswered && !FAILED.has(known.creation) ? 'unanswered' : null;
}

const NO_MONEY: ReadonlySet<FactKind> = new Set<FactKind>(['failed', 'cancelled', 'expired']);

/**
 * Refused while one is paid, partly refunded, under review, awaiting, or uncertain after its page existed. One that may
 * have been made, and whose page nobody ever had, gives way (`retired`).
 */
function isDueOpen(known: Known, state: PaymentState, doubt: PaymentDoubt | null): boolean {
  switch (state) {
    case 'refunded':
      return doubt === null;
    case 'failed':
      return doubt === null || known.creation !== 'open';
    case 'cancelled':
    case 'expired':
      return doubt === null;
    case 'creating':
      return doubt === 'creation';
    default:
      return false;
  }
}
