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

/**
 * For the batch that wrote them, behind the statement that did: a line for every row of `rows` (`from … t join …`) whose
 * newest line says something else. Who writes the same rows meanwhile waits for this batch, and then sees its lines.
 */
export const policyLines = ({ prefix, id, state }: PolicyLine, rows: string, json: string): Statement => {
  const ref = `'${prefix}' || ${id}`;
  return journalLines(
    {
      id: `${ref} || ':' || (select coalesce(max(j.position), 0) + 1 from journal j)`,
      ...{ ref, to: state, actor: `'configuration'` },
      source: `${rows} where coalesce((select j.to_state from journal j where j.id >= ${ref} || ':' and j.id < ${ref} || ';' and j.ref = ${ref}
          order by j.position desc limit 1), '') <> ${state}`,
    },
    json,
  );
};
