/** What a purpose of the list looks like. */
export const REVEAL_PURPOSE = /^[a-z][a-z-]{1,38}[a-z]$/;
/** Where a province lists none of its own. */
export const DEFAULT_PURPOSES: readonly string[] = [
  ...['complaint', 'audit', 'court-order', 'support', 'correction'],
  ...['kiem-tra', 'doi-soat', 'doi-chieu'],
];
