import type { Statement } from '../store/engine.ts';
import { journalLines } from './journal-line.ts';

/**
 * The lines of policies: reference and what they say, as SQL over a row `t`. Their lines are facts: what was in force
 * before stands in the line before.
 */
interface PolicyLine {
  readonly prefix: string;
  readonly id: string;
  readonly state: string;
}

export const LANE_POLICY: PolicyLine = {
  prefix: 'lane:',
  id: 't.name',
  state: `'rate ' || cast(round(t.policy_rate * 1000) as bigint) || ' in 1000 s, burst ' || cast(round(t.burst) as bigint) || ', at once ' || t.max_open`,
};
export const OPERATION_POLICY: PolicyLine = {
  prefix: 'policy:',
  id: `t.system || '/' || t.operation`,
  state: `'quiet ' || t.quiet_ms || ' ms'`,
};

/** A line for every row of `rows` (`t`, a query) that says something else than `held`, a row `t` of the store, if there is one. */
export const policyLines = (
  { prefix, id, state }: PolicyLine,
  parts: { readonly rows: string; readonly held: string },
  json: string,
): Statement =>
  journalLines(
    {
      id: `'${prefix}' || ${id} || ':' || (select coalesce(max(j.position), 0) + 1 from journal j)`,
      ref: `'${prefix}' || ${id}`,
      to: state,
      actor: `'configuration'`,
      source: `from (${parts.rows}) t where not exists (select 1 from (select ${id} as id, ${state} as state from ${parts.held} t) h where h.id = ${id} and h.state = ${state})`,
      once: true,
    },
    json,
  );
