/** A numbered change of the schema. Expand first, contract in a later release, so that two versions can run together. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** The oldest program version that may still run once this is applied. */
  readonly oldestProgram: string;
  readonly statements: readonly string[];
}
