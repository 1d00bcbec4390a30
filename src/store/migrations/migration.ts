/** A numbered change of the schema. Expand first, contract in a later release, so that two versions can run together. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** The oldest program version that may still run once this is applied. */
  readonly oldestProgram: string;
  /** Tables that rows are carried into; each statement is harmless where it ran before. */
  readonly before?: readonly string[];
  readonly carry?: readonly Carry[];
  /** The change itself, one atomic batch. */
  readonly statements: readonly string[];
}

/**
 * Rows that are too many for one commit, carried from one table into another in slices. Each slice is a commit together
 * with how far it came, so a migration that was cut off anywhere goes on there.
 */
export interface Carry {
  /** For people: what is carried. */
  readonly what: string;
  /** Before the first key: `''` or a number. */
  readonly from: string | number;
  /** Rows a slice takes about. */
  readonly slice: number;
  /** A select of one row `n`: how many keys there are. */
  readonly total: string;
  /** A select of one row `last` and `n`: the key of the last of the next `?2` behind `?1`, null after the end; and how many they are. */
  readonly next: string;
  /** For the keys behind `?1` up to `?2`. */
  readonly statements: readonly string[];
}
