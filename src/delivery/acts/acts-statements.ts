import { commands, type Statement, sql } from '../../store/engine.ts';
import { lockStreams, nextDue } from '../statements.ts';

/** One exchange that a person (or a replay) acts on. */
export interface ActCommand {
  readonly id: string;
  readonly stream: string;
  readonly actor: string;
  readonly reason: string | null;
  /**
   * Whether the act may also take an exchange that may have acted already. Not where only a person can tell what
   * became of it: sending that again could make a second effect (I2).
   */
  readonly uncertain: boolean;
}

export interface Act {
  /** States that it takes. */
  readonly from: readonly string[];
  /** The state that follows; null leaves it and only has the system asked. */
  readonly to: 'cancelled' | 'pending' | 'delivered' | null;
  /** What is written beside the state: why a person's word ended it. */
  readonly cause: string | null;
  /** Of desired states only the newest is ever sent again. */
  readonly newestOnly: boolean;
  /** Doubt about the stream afterwards: null keeps it. */
  readonly readBack: 0 | 2 | null;
  /** A single person overrules "the nation differs": send our state, then look. A replay does not. */
  readonly overrule: boolean;
}

/** What of a batch must hold besides, judged in its own earlier statement: a row of `replay` that carries the token. */
export type ActGuard = { readonly replay: string } | undefined;

/**
 * One act on many exchanges: guard, state, stream and journal in one batch. All that happens to an exchange happens
 * under its stream's row lock, so its state is judged after that lock is held.
 */
export function actOn(input: {
  readonly items: readonly ActCommand[];
  readonly act: Act;
  readonly token: string;
  readonly guard?: ActGuard;
}): Statement[] {
  const { act, token, guard } = input;
  const items = commands(input.items.map((item) => ({ ...item, uncertain: item.uncertain ? 1 : 0 })));
  const states = act.from.map((state) => `'${state}'`).join(', ');
  const newest = `and (x.collapses = 0 or coalesce(x.version, s.sent_version) >= s.sent_version and not exists (select 1 from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq))`;
  const eligible = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2
     join exchange x on x.id = v.value->>'id' and x.stream = s.id and x.state in (${states})
      and (x.state <> 'uncertain' or cast(v.value->>'uncertain' as bigint) = 1) ${act.newestOnly ? newest : ''}`;
  // Parking belongs to what may have acted, or cannot be put together: it ends when that is dealt with, and only then.
  const unparks = `x.state in ('uncertain', 'retrying') and not exists (select 1 from exchange u where u.stream = x.stream and u.state = 'uncertain' and u.id <> x.id)`;
  const unparked = (column: string, otherwise = `stream.${column}`) =>
    `${column} = case when w.unparks = 1 then null else ${otherwise} end`;
  const readBack =
    act.readBack !== null
      ? String(act.readBack)
      : act.overrule
        ? `case when w.unparks = 1 and stream.parked_reason = 'snapshot-requested' then 1 else stream.read_back end`
        : 'stream.read_back';
  return [
    lockStreams(items),
    sql(
      `update stream set written_by = ?2 from json_each(?1) v where stream.id = v.value->>'stream'
        ${guard === undefined ? '' : 'and exists (select 1 from replay r where r.id = ?3 and r.written_by = ?2)'}`,
      items,
      token,
      ...(guard === undefined ? [] : [guard.replay]),
    ),
    sql(
      `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
       select x.id || ':' || ?2, x.id, ${act.to === null ? `null, 'asked-for-confirmation'` : `x.state, '${act.to}'`}, v.value->>'actor', {now}, x.payload_hash ${eligible}`,
      items,
      token,
    ),
    sql(
      `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
       select x.id || ':' || ?2 || ':reason', x.id, null, 'reason: ' || (v.value->>'reason'), v.value->>'actor', {now}, null ${eligible} where v.value->>'reason' is not null`,
      items,
      token,
    ),
    sql(
      `update stream set ${unparked('parked_reason')}, ${unparked('parked_by')}, ${unparked('parked_at')}, ${unparked('parked_until')},
          read_back = ${readBack}
          ${act.to === 'delivered' ? ', sent_version = case when w.version > stream.sent_version then w.version else stream.sent_version end' : ''}
         from (select s.id as sid, max(case when x.collapses = 1 then x.version end) as version,
                      max(case when ${unparks} then 1 else 0 end) as unparks ${eligible} group by s.id) w
        where stream.id = w.sid`,
      items,
      token,
    ),
    sql(
      `update exchange set ${
        act.to === null
          ? 'due_at = {now}'
          : act.to === 'pending'
            ? `state = 'pending', cause = null, due_at = {now}, settled_at = null, tried_ms = 0`
            : `state = '${act.to}', cause = coalesce(?3, exchange.cause), due_at = null, settled_at = {now}`
      } from (select x.id as xid ${eligible}) w where exchange.id = w.xid`,
      items,
      token,
      ...(act.to === null || act.to === 'pending' ? [] : [act.cause]),
    ),
    sql(
      `update stream set due_at = ${nextDue('stream')} from json_each(?1) v where stream.id = v.value->>'stream' and stream.written_by = ?2`,
      items,
      token,
    ),
  ];
}

export interface ActRow {
  readonly id: string;
  readonly state: string;
  readonly lane: string;
  readonly newest: string;
  /** 1 when this batch did it. */
  readonly done: number;
}
/** What became of each; the closing select of an act's batch. */
export const actOutcomes = (items: readonly Pick<ActCommand, 'id' | 'stream'>[], token: string): Statement =>
  sql(
    `select x.id, x.state, s.lane,
            (select n.id from exchange n where n.stream = s.id and n.operation = x.operation order by n.seq desc limit 1) as newest,
            case when exists (select 1 from journal j where j.id = x.id || ':' || ?2) then 1 else 0 end as done
       from json_each(?1) v join stream s on s.id = v.value->>'stream' join exchange x on x.id = v.value->>'id'`,
    commands(items.map(({ id, stream }) => ({ id, stream }))),
    token,
  );
