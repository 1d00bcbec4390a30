import type { WireRecord } from './judge.ts';

/** What the portal alone can do wrong. */
export type PortalFault =
  /** Success for the call; a row for each dossier, in another spelling, says no. */
  | { readonly kind: 'foreign-item-row'; readonly row?: WireRecord }
  /** Code 0 beside a text that tells of a failure. */
  | { readonly kind: 'zero-with-failure'; readonly message?: string };
