import type { CommandKind } from '../../../adapters/adapter.ts';
import { journalLines } from '../../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../../store/engine.ts';
import { moved } from '../counting.ts';
import { stands } from '../standing.ts';
import { lockStreams, nextDue } from '../statements.ts';

/** One exchange that a person (or a replay) acts on. */
export interface InterventionTarget {
  readonly id: string;
  readonly stream: string;
  readonly actor: string;
  readonly reason: string | null;
  /**
   * Whether it may also take an exchange that may have acted already. Not where only a person can tell what
   * became of it: sending that again could make a second effect (I2).
   */
  readonly uncertain: boolean;
}

export interface Intervention {
  /** States that it takes. */
  readonly from: readonly string[];
  /** Of an act only these: what may have acted, or was refused, is never sent again by anybody's word (I2). */
  readonly actsFrom: readonly string[];
  /** The state that follows; null leaves it and only has the system asked. */
  readonly to: 'cancelled' | 'pending' | 'delivered' | null;
  /** What is written beside the state: why a person's word ended it. */
  readonly cause: string | null;
  /** Of desired states only the newest is ever sent again. */
  readonly newestOnly: boolean;
  /** Doubt about the stream afterwards: null keeps it. */
  readonly doubt: 'none' | 'ask-first' | null;
  /** A single person overrules that they show another state: send ours, then look. A replay does not. */
  readonly overrule: boolean;
  /** What they asked us to wait ends for this stream and its lane. A quiet time never does (I3). */
  readonly lifts: boolean;
}

/** What of a batch must hold besides, judged in its own earlier statement: a row that carries the token. */
export type InterventionGuard = { readonly table: string; readonly id: string } | undefined;

/**
 * One intervention on many exchanges: guard, state, stream and journal in one batch. All that happens to an exchange happens
 * under its stream's row lock, so its state is judged after that lock is held.
 */
export function intervene(input: {
  readonly items: readonly InterventionTarget[];
  readonly how: Intervention;
  readonly token: string;
  readonly guard?: InterventionGuard;
}): Statement[] {
  const { how, token, guard } = input;
  const items = commands(input.items.map((item) => ({ ...item, uncertain: item.uncertain ? 1 : 0 })));
  // No state has this name: PostgreSQL takes no empty list.
  const quoted = (states: readonly string[]) => ['none', ...states].map((state) => `'${state}'`).join(', ');
  const newest = `and (x.kind <> 'collapsing' or coalesce(x.version, s.sent_version) >= s.sent_version and not exists (select 1 from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq))`;
  const eligible = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2
     join exchange x on x.id = v.value->>'id' and x.stream = s.id and x.state in (${quoted(how.from)}) and (x.kind <> 'act' or x.state in (${quoted(how.actsFrom)}))
      and (x.state <> 'uncertain' or cast(v.value->>'uncertain' as bigint) = 1) ${how.newestOnly ? newest : ''}`;
  // Parking belongs to what may have acted, or cannot be put together: it ends when that is dealt with, and only then.
  const unparks = `x.state in ('uncertain', 'retrying') and not exists (select 1 from exchange u where u.stream = x.stream and u.state = 'uncertain' and u.id <> x.id)`;
  const unparked = (column: string, otherwise = `stream.${column}`) =>
    `${column} = case when w.unparks = 1 then null else ${otherwise} end`;
  const doubt =
    how.doubt !== null
      ? `'${how.doubt}'`
      : how.overrule
        ? `case when w.unparks = 1 and stream.waits_for = 'owner' and stream.doubt = 'ask-first' then 'look-after' else stream.doubt end`
        : 'stream.doubt';
  return [
    lockStreams(items),
    sql(
      `update stream set written_by = ?2 from json_each(?1) v where stream.id = v.value->>'stream'
        ${guard === undefined ? '' : `and exists (select 1 from ${guard.table} g where g.id = ?3 and g.written_by = ?2)`}`,
      items,
      token,
      ...(guard === undefined ? [] : [guard.id]),
    ),
    journalLines(
      {
        id: `x.id || ':' || ?2`,
        ref: 'x.id',
        ...(how.to === null ? { to: `'asked-for-confirmation'` } : { from: 'x.state', to: `'${how.to}'` }),
        actor: `v.value->>'actor'`,
        hash: 'x.payload_hash',
        source: eligible,
      },
      items,
      token,
    ),
    journalLines(
      {
        id: `x.id || ':' || ?2 || ':reason'`,
        ref: 'x.id',
        to: `'reason: ' || (v.value->>'reason')`,
        actor: `v.value->>'actor'`,
        source: `${eligible} where v.value->>'reason' is not null`,
      },
      items,
      token,
    ),
    sql(
      `update stream set ${unparked('parked_reason')}, ${unparked('parked_by')}, ${unparked('parked_at')}, ${unparked('parked_until')}, ${unparked('waits_for')},
          doubt = ${doubt}${how.lifts ? ', told_until = 0' : ''}
          ${how.to === 'delivered' ? ', sent_version = case when w.version > stream.sent_version then w.version else stream.sent_version end' : ''}
         from (select s.id as sid, max(case when x.kind = 'collapsing' then x.version end) as version,
                      max(case when ${unparks} then 1 else 0 end) as unparks ${eligible} group by s.id) w
        where stream.id = w.sid`,
      items,
      token,
    ),
    ...(how.lifts
      ? [
          sql(
            `update lane set not_before = 0 where not_before > {now} and name in (select s.lane ${eligible})`,
            items,
            token,
          ),
        ]
      : []),
    ...(how.to === null
      ? []
      : [
          moved(
            {
              source: eligible,
              to: `'${how.to}'`,
              cause: how.to === 'pending' ? 'null' : 'coalesce(?3, x.cause)',
            },
            items,
            token,
            ...(how.to === 'pending' ? [] : [how.cause]),
          ),
        ]),
    sql(
      `update exchange set ${
        how.to === null
          ? 'due_at = {now}'
          : how.to === 'pending'
            ? `state = 'pending', cause = null, due_at = {now}, settled_at = null, tried_ms = 0, told = null`
            : `state = '${how.to}', cause = coalesce(?3, exchange.cause), due_at = null, settled_at = {at}, told = case when exchange.kind = 'act' then 0 else null end`
      } from (select x.id as xid ${eligible}) w where exchange.id = w.xid`,
      items,
      token,
      ...(how.to === null || how.to === 'pending' ? [] : [how.cause]),
    ),
    sql(
      `update stream set due_at = ${nextDue('stream')}, standing = ${stands('stream')} from json_each(?1) v where stream.id = v.value->>'stream' and stream.written_by = ?2`,
      items,
      token,
    ),
  ];
}

export interface InterventionRow {
  readonly id: string;
  readonly state: string;
  readonly kind: CommandKind;
  readonly lane: string;
  readonly newest: string;
  /** 1 when this batch did it. */
  readonly done: number;
}
/** What became of each; the closing select of an intervention's batch. */
export const interventionOutcomes = (
  items: readonly Pick<InterventionTarget, 'id' | 'stream'>[],
  token: string,
): Statement =>
  sql(
    `select x.id, x.state, x.kind, s.lane,
            (select n.id from exchange n where n.stream = s.id and n.operation = x.operation order by n.seq desc limit 1) as newest,
            case when exists (select 1 from journal j where j.id = x.id || ':' || ?2) then 1 else 0 end as done
       from json_each(?1) v join stream s on s.id = v.value->>'stream' join exchange x on x.id = v.value->>'id'`,
    commands(items.map(({ id, stream }) => ({ id, stream }))),
    token,
  );
