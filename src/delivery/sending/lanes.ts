import type { LanePolicy } from '../../../adapters/adapter.ts';
import { journalLines } from '../../chronicle/journal-line.ts';
import { LANE_POLICY, OPERATION_POLICY, policyLines } from '../../chronicle/policy-lines.ts';
import { raiseFrom } from '../../chronicle/raise.ts';
import { commands, type Engine, type Row, type Statement, sql } from '../../store/engine.ts';
import { breakerClosed, breakerOpened, type SystemEventType, systemPaused, toldToWait } from '../event-types.ts';
import { TOLD_ALOUD_MS } from '../rules/hint.ts';
import type { Systems } from '../systems.ts';
import { AT_ONCE, bringForward } from './bring-forward.ts';

export const laneName = (system: string, laneClass: string): string => `${system}/${laneClass}`;

/** What came into a lane's bucket by now; never less than nothing. */
const CAME = `case when {now} > refilled_at then rate * ({now} - refilled_at) / 1000.0 else 0 end`;
/** The tokens of a lane as they are by now. */
export const REFILLED = `case when tokens + ${CAME} > burst then burst else tokens + ${CAME} end`;
/** Nothing keeps a lane from sending now; of an open breaker whose time is over, that it is probed. */
export const UNHELD = 'paused_reason is null and open_until <= {now} and not_before <= {now}';

/** A lane as it stands in the store, where all processes agree on it. */
export interface LaneRow {
  readonly name: string;
  readonly system: string;
  readonly class: string;
  readonly rate: number;
  readonly policy_rate: number;
  readonly breaker: 'closed' | 'open';
  readonly opened_at: number | null;
  readonly open_until: number;
  readonly breaker_cause: string | null;
  readonly not_before: number;
  /** The longest of what they asked for lately, steady: 0 where nothing did or a person lifted it. */
  readonly hint_until: number;
  /** How long they had asked for, milliseconds; what is believed of it may be less. */
  readonly hint_ms: number;
  readonly hint_reason: string | null;
  readonly login_refusals: number;
  readonly paused_by: string | null;
  readonly paused_reason: string | null;
  readonly paused_at: number | null;
}

/** A credential that was refused this often is not tried again by itself: accounts get locked. */
export const LOGIN_REFUSALS_BEFORE_PAUSE = 2;
export const CREDENTIAL_REFUSED = 'credential-refused';

/** What they asked for is heeded no more. */
export const UNTOLD = 'not_before = 0, hint_until = 0';

/**
 * What resuming sets. What they asked for ends, and a credential that was refused too often gets one more try and not two: refused again it pauses
 * at once, and only a login that works forgets what came before.
 */
const RESUMED = `${UNTOLD}, paused_by = null, paused_reason = null, paused_at = null, paused_until = null,
  login_refusals = case when login_refusals < ${LOGIN_REFUSALS_BEFORE_PAUSE} then login_refusals else ${LOGIN_REFUSALS_BEFORE_PAUSE} - 1 end`;

/** Nothing is sent to the system or asked of it until it is resumed. Doing it again changes who and why. */
export const pauseLanes = (system: string, by: string, reason: string): Statement =>
  sql('update lane set paused_by = ?2, paused_reason = ?3, paused_at = {at} where system = ?1', system, by, reason);
export const resumeLanes = (system: string): Statement => sql(`update lane set ${RESUMED} where system = ?1`, system);

/** A lane that nothing is sent through any more. */
export const dropLane = (lane: string): Statement => sql('delete from lane where name = ?1', lane);

/** The event of a lane that this batch changed. */
const tell = (lane: string, type: SystemEventType, reason: string | null, id: string) =>
  raiseFrom(
    type,
    {
      id: '?3',
      system: 'l.system',
      ref: 'l.system',
      data: '?2',
      source: 'from lane l where l.name = ?1 and l.written_by = ?3',
    },
    lane,
    JSON.stringify({ lane, reason }),
    id,
  );

/** The same for a system whose credential this batch paused, once for all of its lanes, with its line of the journal. */
const tellOfPause = (system: string, id: string) => {
  const stamped = 'exists (select 1 from lane l where l.system = ?1 and l.written_by = ?2)';
  return [
    journalLines(
      {
        id: `'system:' || ?1 || ':' || ?2`,
        ref: `'system:' || ?1`,
        from: `'running'`,
        to: `'paused: ' || ?3`,
        actor: `'gateway'`,
        source: `where ${stamped}`,
      },
      system,
      id,
      CREDENTIAL_REFUSED,
    ),
    raiseFrom(
      systemPaused,
      { id: '?2', system: '?1', ref: '?1', data: '?3', source: `where ${stamped}` },
      system,
      id,
      JSON.stringify({ lane: null, reason: CREDENTIAL_REFUSED }),
    ),
  ];
};

/** A lane to be: `system/class`. */
export interface NewLane {
  readonly system: string;
  readonly class: string;
  readonly policy: LanePolicy;
}

/** A wait that they asked for. */
export interface Hint {
  /** As far as it is believed, milliseconds. */
  readonly forMs: number;
  readonly askedMs: number;
  readonly reason: string;
  /** As people read it. */
  readonly until: string;
}

/** Everything that may change a lane: its rate, its breaker, its pause. */
export interface Lanes {
  /** Writes the policies in force, and the quiet time of every operation; keeps breaker, pause and tokens. */
  ensure(systems: Systems): Promise<void>;
  /** The same for single lanes. */
  add(lanes: readonly NewLane[]): Promise<void>;
  read(): Promise<LaneRow[]>;
  /** `event` is the id of the event that tells when it opened now; without it nobody is told. */
  open(lane: string, cause: string, openMs: number, event?: string): Promise<void>;
  /** A probe failed: twice the time, at most `maxOpenMs`, and at least what they asked for. */
  probeFailed(lane: string, maxOpenMs: number, patienceMs: number): Promise<void>;
  close(lane: string, event?: string): Promise<void>;
  /** They said "too much" (429): half the rate, once for all calls that heard it, and silence as long as they asked for. */
  slowDown(lane: string, retryAfterMs: number): Promise<void>;
  /** They asked to be left alone; where `event` is given it is told, unless it was told of a wait that still lasts. */
  told(lane: string, hint: Hint, event?: string): Promise<void>;
  /**
   * They answer again: what was surely not sent goes now, within the lane's pace, and not when its schedule says. A quiet
   * time, and what they asked for, stay.
   */
  bringForward(lane: string, token: () => string): Promise<void>;
  /** The same for every lane of a system, and what they asked for ends; a quiet time stays. */
  lift(system: string, token: () => string): Promise<void>;
  /** Things go well: a lowered rate climbs back by a tenth. Answers whether it is still lowered. */
  speedUp(lane: string): Promise<boolean>;
  /** Counts a login that was answered no; true when that paused the credential now. `event` is as for `open`. */
  loginRefused(system: string, event?: string): Promise<boolean>;
  loginWorked(system: string): Promise<void>;
}

const KEEP_QUIET = `insert into operation_policy (system, operation, quiet_ms)
  select v.value->>'system', v.value->>'operation', cast(v.value->>'quietMs' as bigint) from json_each(?1) v where true
  on conflict (system, operation) do update set quiet_ms = excluded.quiet_ms`;

const inSeconds = (ms: number): number => Math.ceil(ms / 1000);

export function createLanes(engine: Engine): Lanes {
  const run = async (text: string, ...params: (string | number)[]): Promise<Row[]> =>
    (await engine.batch([sql(text, ...params)]))[0] ?? [];
  async function add(lanes: readonly NewLane[]): Promise<void> {
    if (lanes.length === 0) return;
    const rows = lanes.map(({ system, class: laneClass, policy }) => ({
      name: laneName(system, laneClass),
      system,
      class: laneClass,
      rate: policy.ratePerSecond,
      burst: Math.max(policy.burst, 1),
      open: policy.concurrency,
    }));
    const json = commands(rows);
    await engine.batch([
      sql(
        `insert into lane (name, system, class, rate, policy_rate, burst, tokens, refilled_at, max_open)
       select v.value->>'name', v.value->>'system', v.value->>'class', cast(v.value->>'rate' as double precision), cast(v.value->>'rate' as double precision),
              cast(v.value->>'burst' as double precision), cast(v.value->>'burst' as double precision), {now}, cast(v.value->>'open' as bigint)
         from json_each(?1) v where true
       on conflict (name) do update set burst = excluded.burst, max_open = excluded.max_open, policy_rate = excluded.policy_rate,
          rate = case when lane.rate < lane.policy_rate and lane.rate < excluded.rate then lane.rate else excluded.rate end`,
        json,
      ),
      policyLines(LANE_POLICY, `from lane t join json_each(?1) v on v.value->>'name' = t.name`, json),
    ]);
  }
  async function forward(lane: string, token: () => string, lifts: boolean): Promise<void> {
    for (;;) {
      const results = await engine.batch(bringForward(lane, token(), lifts));
      if ((results.at(-1)?.length ?? 0) < AT_ONCE) return;
    }
  }
  return {
    async ensure(systems) {
      await add(
        systems.all.flatMap((system) =>
          Object.entries(system.lanes ?? {}).map(([laneClass, policy]) => ({
            system: system.name,
            class: laneClass,
            policy,
          })),
        ),
      );
      const quiet = systems.all.flatMap(({ name, adapter }) =>
        Object.values(adapter?.commands ?? {}).flatMap(({ name: operation }) => {
          const policy = systems.command(name, operation)?.policy;
          return policy === undefined ? [] : [{ system: name, operation, quietMs: policy.quietMs }];
        }),
      );
      if (quiet.length === 0) return;
      const json = commands(quiet);
      await engine.batch([
        sql(KEEP_QUIET, json),
        policyLines(
          OPERATION_POLICY,
          `from operation_policy t join json_each(?1) v on v.value->>'system' = t.system and v.value->>'operation' = t.operation`,
          json,
        ),
      ]);
    },
    add,
    read: () => engine.all<LaneRow>(sql('select * from lane order by name')),
    async open(lane, cause, openMs, event) {
      await engine.batch([
        sql(
          `update lane set breaker = 'open', opened_at = {at}, open_ms = ?3, open_until = {now} + ?3, breaker_cause = ?2, written_by = coalesce(?4, written_by)
            where name = ?1 and breaker = 'closed'`,
          lane,
          cause,
          openMs,
          event ?? null,
        ),
        ...(event === undefined ? [] : [tell(lane, breakerOpened, cause, event)]),
      ]);
    },
    async probeFailed(lane, maxOpenMs, patienceMs) {
      const doubled = 'case when open_ms * 2 > ?2 then ?2 when open_ms * 2 < ?3 then ?3 else open_ms * 2 end';
      await run(
        `update lane set open_ms = ${doubled}, open_until = {now} + ${doubled} where name = ?1 and breaker = 'open'`,
        lane,
        maxOpenMs,
        patienceMs,
      );
    },
    async close(lane, event) {
      await engine.batch([
        sql(
          `update lane set breaker = 'closed', opened_at = null, open_until = 0, open_ms = 0, breaker_cause = null, written_by = coalesce(?2, written_by)
            where name = ?1 and breaker <> 'closed'`,
          lane,
          event ?? null,
        ),
        ...(event === undefined ? [] : [tell(lane, breakerClosed, null, event)]),
      ]);
    },
    async slowDown(lane, retryAfterMs) {
      await run(
        `update lane set rate = case when not_before > {now} then rate when rate / 2 < policy_rate / 32 then policy_rate / 32 else rate / 2 end,
            not_before = case when {now} + ?2 > not_before then {now} + ?2 else not_before end where name = ?1`,
        lane,
        retryAfterMs,
      );
    },
    async told(lane, { forMs, askedMs, reason, until }, event) {
      const aloud = event !== undefined;
      const data = { lane, reason, until, seconds: inSeconds(forMs), askedSeconds: inSeconds(askedMs) };
      await engine.batch([
        sql(
          `update lane set hint_until = case when {now} + cast(?2 as bigint) > hint_until then {now} + cast(?2 as bigint) else hint_until end,
              hint_ms = ?3, hint_reason = ?4
              ${aloud ? `, written_by = case when hint_until <= {now} + cast(?6 as bigint) then ?5 else written_by end` : ''}
            where name = ?1`,
          ...[lane, forMs, askedMs, reason],
          ...(aloud ? [event, TOLD_ALOUD_MS] : []),
        ),
        ...(aloud
          ? [
              raiseFrom(
                toldToWait,
                {
                  ...{ id: '?3', system: 'l.system', ref: 'l.system', data: '?2' },
                  source: 'from lane l where l.name = ?1 and l.written_by = ?3',
                },
                ...[lane, JSON.stringify(data), event],
              ),
            ]
          : []),
      ]);
    },
    bringForward: (lane, token) => forward(lane, token, false),
    async lift(system, token) {
      const rows = await run(`update lane set ${UNTOLD} where system = ?1 returning name`, system);
      for (const { name } of rows) await forward(String(name), token, true);
    },
    async speedUp(lane) {
      const rows = await run(
        `update lane set rate = case when rate * 1.1 > policy_rate then policy_rate else rate * 1.1 end
          where name = ?1 and rate < policy_rate returning rate < policy_rate as lowered`,
        lane,
      );
      return rows.some((row) => Boolean(row.lowered));
    },
    async loginRefused(system, event) {
      const [, rows] = await engine.batch([
        sql('update lane set login_refusals = login_refusals + 1 where system = ?1', system),
        sql(
          `update lane set paused_by = 'gateway', paused_reason = ?3, paused_at = {at}, written_by = coalesce(?4, written_by)
            where system = ?1 and login_refusals >= ?2 and paused_reason is null returning name`,
          system,
          LOGIN_REFUSALS_BEFORE_PAUSE,
          CREDENTIAL_REFUSED,
          event ?? null,
        ),
        ...(event === undefined ? [] : tellOfPause(system, event)),
      ]);
      return (rows?.length ?? 0) > 0;
    },
    async loginWorked(system) {
      await run('update lane set login_refusals = 0 where system = ?1 and login_refusals > 0', system);
    },
  };
}
