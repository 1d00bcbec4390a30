import type { SubjectKey } from '../../crypto/vault.ts';
import { errorWords } from '../../error-words.ts';
import { StoreUnavailable } from '../../store/engine.ts';
import type { Claimed } from './claim-statements.ts';

/** What goes to the adapter for one claimed exchange. */
export interface Composed {
  readonly input: unknown;
  /** The version of the desired state that it is, where its room keeps every version; the attempt names it. */
  readonly version: number | null;
  readonly subject: SubjectKey | null;
  /** Its delivery does not show the desired state as a whole: what waits for that goes on waiting. */
  readonly partly?: true;
}

/** The person's data was erased meanwhile: nothing may be sent any more. */
export const ERASED = 'erased';

/**
 * Turns claimed exchanges into inputs, in order and all at once. Given by the room that the operation belongs to,
 * because only it knows what the present state is.
 */
export type Composer = (items: readonly Claimed[]) => Promise<readonly (Composed | typeof ERASED)[]>;

/** It cannot be put together: its content cannot be read or makes no sense. */
export const UNFIT = 'unfit';

/** One that cannot be put together concerns itself alone: the others are composed without it. */
export async function composeApart(
  composer: Composer,
  items: readonly Claimed[],
  tell: (item: Claimed, error: string) => void,
): Promise<readonly (Composed | typeof ERASED | typeof UNFIT)[]> {
  try {
    return await composer(items);
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    if (items.length > 1) return (await Promise.all(items.map((item) => composeApart(composer, [item], tell)))).flat();
    for (const item of items) tell(item, errorWords(error));
    return items.map(() => UNFIT);
  }
}
