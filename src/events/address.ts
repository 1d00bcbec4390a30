import { holdsNumberInAWord } from '../../contracts/domain/personal-number.ts';
import type { SubjectKey, Vault } from '../crypto/vault.ts';

export const ADDRESS_PURPOSE = 'subscription.address';

/** An address as a row keeps it: whole and sealed since version 0.4, before that in clear. */
export interface KeptAddress {
  /** Of the subscription. */
  readonly id: string;
  /** Its origin; of an address that was kept in clear, all of it. */
  readonly url: string;
  readonly address: string | null;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
}

/** The addresses themselves, in order; of one that ended its origin is all that is left. */
export async function addressesOf(vault: Pick<Vault, 'open'>, rows: readonly KeptAddress[]): Promise<string[]> {
  const opened = await vault.open(
    rows.map(({ id, address, subject, salt, epoch }) => ({
      subject: { id: subject, salt: address === null ? '' : (salt ?? ''), epoch } satisfies SubjectKey,
      purpose: ADDRESS_PURPOSE,
      row: id,
      sealed: address ?? '',
    })),
  );
  return rows.map(({ url }, index) => opened[index] ?? url);
}

/** Long enough for a secret, and nothing that somebody would name a path by. */
const LOOKS_LIKE_A_TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[\w.~%-]{16,}$|^[\w.~%-]{32,}$/;
const MASK = '…';

/**
 * An address as people are shown it, to recognise it by: whatever its query says is masked, and in its path what looks
 * like a token or like a number of somebody.
 */
export function shownAddress(text: string): string {
  if (!URL.canParse(text)) return MASK;
  const { origin, pathname, searchParams, hash } = new URL(text);
  const path = pathname
    .split('/')
    .map((part) => (LOOKS_LIKE_A_TOKEN.test(part) || holdsNumberInAWord(part) ? MASK : part))
    .join('/');
  const query = [...searchParams].map(() => MASK).join('&');
  return origin + path + (query === '' ? '' : `?${query}`) + (hash === '' ? '' : `#${MASK}`);
}
