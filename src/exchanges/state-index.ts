const FAILING: readonly string[] = ['retrying', 'uncertain', 'rejected', 'dead'];
const RESTING: readonly string[] = ['superseded', 'cancelled'];
const OPEN: readonly string[] = ['pending', 'sending', 'retrying', 'uncertain'];

/**
 * SQL: the exchange `x` is in this state, in words by which an engine finds the few that are without walking the history,
 * in the order of their ids. An index's own words are repeated, because SQLite uses it for nothing else: `exchange_failing`
 * has its states whole; `exchange_open` and `exchange_resting` have theirs by system, `exchange_delivered` by system and
 * operation, which whoever asks adds. What is sending has a stream that is held.
 */
export function inState(x: string, state: string): string {
  const own = state === 'pending' ? OPEN : [FAILING, RESTING].find((states) => states.includes(state));
  if (own !== undefined)
    return `${x}.state in (${own.map((each) => `'${each}'`).join(', ')}) and ${x}.state = '${state}'`;
  if (state === 'sending')
    return `${x}.state = 'sending' and ${x}.stream in (select h.id from stream h where h.owner is not null)`;
  if (state !== 'delivered') throw new Error(`${state} is no state of an exchange`);
  return `${x}.state = 'delivered'`;
}
