import type { SubjectKey } from '../crypto/vault.ts';
import type { Claimed } from './statements.ts';

/** What goes to the adapter for one claimed exchange. */
export interface Composed {
  readonly input: unknown;
  /** What is sent as the attempt keeps it: sealed under `subject`. */
  readonly sent: string | null;
  readonly subject: SubjectKey | null;
}

/** The person's data was erased meanwhile: nothing may be sent any more. */
export const ERASED = 'erased';

/**
 * Turns claimed exchanges into inputs, in order and all at once. Given by the room that the operation belongs to,
 * because only it knows what the present state is.
 */
export type Composer = (items: readonly Claimed[]) => Promise<readonly (Composed | typeof ERASED)[]>;

/** By `system/operation`. */
export type Composers = ReadonlyMap<string, Composer>;
