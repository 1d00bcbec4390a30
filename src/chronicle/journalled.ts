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

/** A table whose rows stand as the last state line of their reference says. */
export interface HeldTable {
  readonly table: string;
  /** SQL over row `t` for what stands in its reference; absent: its `id`. */
  readonly id?: string;
  /** What the reference of its lines begins with, before the row's id. */
  readonly prefix: string;
  /** SQL over row `t`. */
  readonly state: string;
  /** The states among what its lines say; anything else is a fact. Absent: all that they say. */
  readonly states?: readonly string[];
  /** The column whose value is the hash that its first line holds. */
  readonly hash?: string;
  /** Some rows are older than their lines: of those that none names nothing is said. */
  readonly mayBeUnsaid?: true;
  /** SQL over a first line `j` whose row must be there still; none where rows are removed by age. */
  readonly stays?: string;
}

/** What a room's lines say, and which of its rows stand as they say: by it the journal is verified. */
export interface Journalled {
  /** Kinds of references that have states. Of all others nothing is known, and little is asked. */
  readonly kinds?: readonly ReferenceKind[];
  readonly held?: readonly HeldTable[];
}

export const oneOf = (names: readonly string[]): ((to: string) => boolean) => {
  const known = new Set(names);
  return (to) => known.has(to);
};

/** A kind whose rows begin with a line, move by lines, and are never removed: most are that. */
export const movedByLines = (
  prefix: string,
  table: string,
  states: readonly string[],
): { readonly kind: ReferenceKind; readonly held: HeldTable } => ({
  kind: { prefix, begins: 'line', isState: oneOf(states) },
  held: { table, prefix: isOwnId(prefix) ? '' : prefix, state: 't.state', states, stays: standsUnder(prefix) },
});

/** The row's id is the reference itself, its prefix included. */
const isOwnId = (prefix: string): boolean => prefix.endsWith('_');

/** SQL: line `j` is of a reference with this prefix. */
export const standsUnder = (prefix: string): string => {
  const last = prefix.charCodeAt(prefix.length - 1);
  return `j.ref >= '${prefix}' and j.ref < '${prefix.slice(0, -1)}${String.fromCharCode(last + 1)}'`;
};
