export const SECRETS_PURPOSE = 'subscription.secrets';
/** Names a secret where it is sealed: its subscription and its number there. */
export const secretRow = (subscription: string, n: number): string => `${subscription}/${n}`;
/** So that a receiver can change over without a gap. */
export const LIVE_SECRETS_AT_MOST = 2;

/** A subscription's secrets as its row keeps them: numbered, never reused, each sealed by itself. */
export interface Secrets {
  /** The number that the next secret gets. */
  readonly next: number;
  readonly live: readonly { readonly n: number; readonly at: number; readonly sealed: string }[];
}

export const NO_SECRETS: Secrets = { next: 1, live: [] };

export const readSecrets = (text: string): Secrets => JSON.parse(text) as Secrets;

export function withSecret(secrets: Secrets, at: number, sealed: string): Secrets {
  return { next: secrets.next + 1, live: [...secrets.live, { n: secrets.next, at, sealed }] };
}
export function withoutSecret(secrets: Secrets, n: number): Secrets {
  return { ...secrets, live: secrets.live.filter((each) => each.n !== n) };
}
