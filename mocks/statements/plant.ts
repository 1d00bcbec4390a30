/** What may be found where a fault was planted; `match` where agreeing at once is right too. */
export type Finding =
  | 'match'
  | 'proposal'
  /** A line names a reference that we do not hold. */
  | 'missing-ours'
  /** A payment of ours has no line. */
  | 'missing-theirs'
  | 'amount'
  | 'currency'
  | 'status'
  | 'duplicate-ours'
  | 'duplicate-theirs'
  /** A line names nothing. */
  | 'unallocated'
  | 'late'
  | 'wrong-account'
  | 'reversed'
  | 'identity';

/** Under what each kind of fault may be found. */
export const findings = {
  lost: ['missing-theirs'],
  doubled: ['duplicate-theirs'],
  /** Missing as long as only its own day is looked at. */
  delayed: ['late', 'missing-theirs'],
  merged: ['match', 'proposal', 'amount', 'missing-theirs'],
  split: ['match', 'proposal', 'amount', 'duplicate-theirs'],
  reversed: ['reversed'],
  misspelt: ['proposal', 'missing-theirs', 'unallocated', 'identity'],
  cut: ['match', 'proposal', 'missing-theirs', 'unallocated', 'identity'],
  /** No fault: it has to match. */
  mangled: ['match'],
  amount: ['amount'],
  'wrong-account': ['wrong-account'],
  /** Belongs to no payment at all. */
  unknown: ['missing-ours'],
  currency: ['currency', 'wrong-account'],
} as const satisfies Readonly<Record<string, readonly Finding[]>>;
export type FaultKind = keyof typeof findings;
export const faultKinds = Object.keys(findings) as readonly FaultKind[];

/** One planted fault, so that what a reconciliation finds can be judged. */
export interface Plant {
  readonly kind: FaultKind;
  /** References of the payments concerned; of `unknown`, none. */
  readonly payments: readonly string[];
  /** Ids of the entries that were changed or made. */
  readonly entries: readonly string[];
  /** Ids of the entries that were taken out. */
  readonly taken: readonly string[];
  readonly change: string;
  readonly allowed: readonly Finding[];
  /** By how much the đồng accounts together hold more than they should. */
  readonly surplusVnd: number;
}
