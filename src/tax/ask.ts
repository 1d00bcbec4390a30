import type { TaxDue } from '../../contracts/domain/tax.ts';
import { revealed } from '../crypto/revealed.ts';
import type { QueryAnswer } from '../delivery/sending/query.ts';
import type { RoomParts } from '../room.ts';

/** A question as somebody asks it: by a tax code, or by a dossier and the number of who owes. */
export interface TaxQuestion {
  readonly taxCode?: string | undefined;
  readonly dossierCode?: string | undefined;
  readonly identityNumber?: string | undefined;
}
/** What they answered, signed. */
export interface TaxAnswered {
  readonly dues: readonly TaxDue[];
  /** Subject of the certificate that signed it. */
  readonly signer: string;
  /** By SHA-1 or a short key. */
  readonly weak: boolean;
}

export type AskTax = (
  question: TaxQuestion,
  by: { readonly actor: string; readonly purpose: string; readonly signal: AbortSignal },
) => Promise<QueryAnswer<TaxAnswered>>;

const SYSTEM = 'tax';

/** Asks the tax department; that somebody asked, and for which purpose, stands in the journal before they are. */
export const createAskTax =
  ({ engine, platform, vault, queries }: Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'queries'>): AskTax =>
  async ({ taxCode, dossierCode, identityNumber }, { actor, purpose, signal }) => {
    // A tax code is a person's number: in the journal a keyed digest stands for it.
    const [digest = ''] = taxCode === undefined ? [] : await vault.mac('tax-query', [taxCode]);
    await engine.batch([revealed(platform, { ref: `tax-of:${dossierCode ?? digest}`, actor, purpose })]);
    const answer =
      taxCode === undefined
        ? await queries.run(SYSTEM, 'query-land-dues', { dossierCode, identityNumber }, { signal })
        : await queries.run(SYSTEM, 'query-dues', { taxCode }, { signal });
    return answer as QueryAnswer<TaxAnswered>;
  };
