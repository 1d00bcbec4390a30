import type { BreakKind } from '../../../contracts/domain/reconciliation.ts';
import type { Direction } from '../../../contracts/domain/statement.ts';

/** Whose word it is. */
export type Side = 'bank' | 'orders' | 'platform' | 'tax';

/** A line of a statement that no earlier day has, with what the other side wrote of it. */
export interface TheirLine {
  readonly statement: string;
  readonly number: number;
  readonly side: Side;
  readonly account: string;
  readonly currency: string;
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly time: string | null;
  readonly direction: Direction;
  /** Whole đồng; null in another currency. */
  readonly amount: number | null;
  /** The amount in another currency, as a decimal. */
  readonly otherAmount: string | null;
  readonly fee: number | null;
  readonly documentNumber: string | null;
  readonly reversal: boolean;
  readonly status: string | null;
  readonly narrative: string;
  /** Of the platform's: when a file was taken last that has it, its own or a later one; epoch milliseconds. */
  readonly toldAt?: number;
}

/** Money that is recorded here as paid: one fact of one payment. */
export interface OurFact {
  readonly fact: string;
  readonly payment: string;
  /** Whole đồng. */
  readonly amount: number;
  readonly day: string;
}

/** A payment that a fact is of, or that a line names. */
export interface OurPayment {
  readonly payment: string;
  readonly reference: string;
  readonly dossier: string;
  readonly amount: number;
  /** The number of the notice that it pays: of land taxes alone. */
  readonly decision?: string | null;
  /** Where its money goes; null where that is not known any more. */
  readonly account: string | null;
  readonly channel: string;
  readonly state: string;
  /** Paid facts of it that a line of this side already has. */
  readonly tied: number;
  /** Whole đồng that are recorded as given back. */
  readonly returned: number;
}

/** What agrees. Several payments, or several lines, where they agree together; no payment where the money is the bank's own. */
export interface Tie {
  readonly rule: string;
  readonly status: 'matched' | 'tolerated' | 'proposed';
  readonly why: string;
  readonly facts: readonly OurFact[];
  readonly lines: readonly TheirLine[];
}

export interface Candidate {
  readonly payment: string | null;
  readonly line: { readonly statement: string; readonly number: number } | null;
  readonly rule: string;
  /** 0 to 1: how much speaks for it. */
  readonly score: number;
  readonly why: string;
}

/** What does not agree: a line, or a fact without one. */
export interface Break {
  readonly kind: BreakKind;
  readonly side: Side | 'recorded';
  readonly day: string;
  /** Whole đồng; 0 in another currency. */
  readonly ours: number;
  readonly theirs: number;
  readonly payment: OurPayment | null;
  readonly fact: OurFact | null;
  readonly line: TheirLine | null;
  readonly why: string;
  readonly candidates: readonly Candidate[];
}
