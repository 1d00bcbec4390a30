/** SQL: what stands for an account now, where `id` is what stood for it in stores of before. */
const presently = (id: string): string =>
  `coalesce((select w.account from account_name w where w.former = ${id} and w.account is not null), ${id})`;

/**
 * SQL for the person behind a principal's id: one who signs in with tokens and holds keys as well is one, also for what
 * the account did before it was bound. `id` is a column or a parameter.
 */
export const personOf = (id: string): string =>
  `coalesce((select c.id from principal c where c.account = ${presently(id)}), ${presently(id)})`;
