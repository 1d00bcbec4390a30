import type { Vault } from '../crypto/vault.ts';
import { clearId } from '../payments/clear-words.ts';

/** The number that names a notice, as a clear column takes it; a due without one is known by what it is for. */
export const decisionOf = (vault: Pick<Vault, 'mac'>, number: string | null, kind: string): Promise<string> =>
  number === null ? Promise.resolve(`-${kind}`) : clearId(vault, number.trim());
