/** The ids of erased subjects, kept outside the database: after a restore they are erased again. */
export interface Erasures {
  /** Durable when it settles. */
  append(ids: readonly string[]): Promise<void>;
  read(): AsyncIterable<string>;
}
