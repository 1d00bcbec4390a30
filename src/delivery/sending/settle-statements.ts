import type { CommandKind } from '../../../adapters/adapter.ts';
import { journalLines } from '../../chronicle/journal-line.ts';
import { type Happening, raise } from '../../chronicle/raise.ts';
import { commands, type Statement, sql } from '../../store/engine.ts';
import { moved } from '../counting.ts';
import type { RoomSettlement, SettledExchange } from '../operations.ts';
import type { Settlement } from '../rules/settlement.ts';
import { stands } from '../standing.ts';
import { asides, lockStreams, nextDue, PASSED_AT_MOST } from '../statements.ts';
import { openWatches, type Stamped, type WatchOpening } from '../watches/watch-statements.ts';
import { type CallEnd, endCalls } from './call-statements.ts';

/** A settlement as it is written. */
export interface SettleCommand extends Omit<Settlement, 'overdue' | 'refused' | 'parking'> {
  readonly stream: string;
  readonly epoch: number;
  readonly exchange: string;
  readonly kind: CommandKind;
  readonly detail: string | null;
  /** The version that was claimed; a newer one that was accepted meanwhile answers a request for a fresh state. */
  readonly version: number | null;
  /** It was refused, and after so many refusals others pass it; absent: it was not, or nothing passes it. */
  readonly passAfter?: number;
  readonly parkedReason: string | null;
  readonly waitsFor: 'person' | 'owner' | null;
  readonly parkedForMs: number | null;
  /** How an act ended, sealed; kept while its room has not written what that means. */
  readonly result: string | null;
}
export interface EventCommand extends Happening {
  readonly stream: string;
  /** 1: it is no news where the stream goes on, because the owner has handed over a newer state. */
  readonly onlyWhileParked: 0 | 1;
}

/** What one room writes in the commit of a settlement, and of which exchanges. */
export interface RoomWrites {
  readonly settled: readonly SettledExchange[];
  readonly settlement: RoomSettlement;
}

/** Ends attempts and lets go of their streams, at most one exchange of each. Refused, changing nothing, where the stream's epoch has moved on. */
export function settle(input: {
  readonly items: readonly SettleCommand[];
  readonly events: readonly EventCommand[];
  readonly calls: readonly CallEnd[];
  /** Questions that what was only accepted leads to. */
  readonly watches: readonly (WatchOpening & { readonly only: Stamped })[];
  /** What the rooms write about them. */
  readonly rooms: readonly RoomWrites[];
  readonly token: string;
  readonly actor: string;
  /** The streams stay with their owner, who has more of them in hand. */
  readonly keeps?: boolean;
}): Statement[] {
  const items = commands(input.items.map((item) => ({ ...item, suspect: item.suspect ? 1 : 0 })));
  const { token, actor } = input;
  const stamped = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2`;
  // A desired state that failed to go while a newer one was accepted has no reason to try again.
  const newer = `(select y.id from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq and y.state = 'pending' order by y.seq limit 1)`;
  const outcome = `case when v.value->>'to' in ('retrying', 'uncertain', 'pending') and x.kind = 'collapsing' and exists ${newer}
    then 'superseded' else v.value->>'to' end`;
  const overtaken = `case when v.value->>'to' in ('rejected', 'dead') and x.kind = 'collapsing'
      and exists (select 1 from exchange y where y.stream = x.stream and y.operation = x.operation and y.seq > x.seq) then 1 else 0 end`;
  const settling = `${stamped} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`;
  // Where nothing may be passed this costs nothing; and what is settled stands beside nothing. Of one that is passed every
  // further try counts, refused or unheard: only the refusal that set it aside finds its number.
  const passes = `,
          refusals = exchange.refusals + case when w.pass_after is null and exchange.aside = 0 then 0 else 1 end,
          aside = case when w.state not in ('retrying', 'uncertain', 'pending') then 0 when exchange.aside = 1 or w.pass_after is null then exchange.aside
                       when exchange.refusals + 1 >= w.pass_after and (${asides('exchange.stream')}) < ${PASSED_AT_MOST} then 1 else 0 end`;
  const outdated = `coalesce(stream.desired_version > cast(v.value->>'version' as bigint), false)`;
  const parks = `(v.value->>'parkedReason' is not null and not (coalesce(v.value->>'waitsFor' = 'owner', false) and ${outdated}))`;
  return [
    lockStreams(items),
    sql(
      `update stream set ${input.keeps ? '' : 'owner = null, lease_until = 0, '}written_by = ?2,
          sent_version = case when cast(v.value->>'sentVersion' as bigint) > stream.sent_version then cast(v.value->>'sentVersion' as bigint) else stream.sent_version end,
          sent_at = case when v.value->>'sentVersion' is null then stream.sent_at else {at} end,
          quiet_until = case when cast(v.value->>'quietMs' as bigint) = 0 then stream.quiet_until else {now} + cast(v.value->>'quietMs' as bigint) end,
          told_until = case when cast(v.value->>'toldMs' as bigint) = 0 then stream.told_until else {now} + cast(v.value->>'toldMs' as bigint) end,
          doubt = case when v.value->>'doubt' = 'ask-first' and ${outdated} then 'none' else v.value->>'doubt' end,
          suspect = cast(v.value->>'suspect' as bigint),
          parked_reason = case when ${parks} then v.value->>'parkedReason' else null end, parked_by = case when ${parks} then ?3 else null end,
          waits_for = case when ${parks} then v.value->>'waitsFor' else null end,
          parked_at = case when ${parks} then {at} else null end,
          parked_until = case when ${parks} then {now} + cast(v.value->>'parkedForMs' as bigint) else null end
         from json_each(?1) v where stream.id = v.value->>'stream' and stream.epoch = cast(v.value->>'epoch' as bigint) and stream.owner is not null`,
      items,
      token,
      actor,
    ),
    sql(
      `update attempt set ended_at = {at}, outcome = w.outcome, code = w.code, detail = w.detail
         from (select v.value->>'exchange' as exchange, s.epoch, v.value->>'outcome' as outcome, v.value->>'code' as code, v.value->>'detail' as detail ${stamped}) w
        where attempt.exchange = w.exchange and attempt.epoch = w.epoch and attempt.ended_at is null`,
      items,
      token,
    ),
    journalLines(
      {
        // The last of them goes with the line, so that the journal tells whether it is there: `journal/held.ts`.
        id: `x.id || ':' || ?2 || ':' || (select coalesce(max(a.n), 0) from attempt a where a.exchange = x.id)`,
        ref: 'x.id',
        from: 'x.state',
        to: outcome,
        actor: '?3',
        hash: 'x.payload_hash',
        source: settling,
      },
      items,
      token,
      actor,
    ),
    moved(
      {
        source: settling,
        to: `case when ${overtaken} = 1 then 'overtaken' else ${outcome} end`,
        cause: `v.value->>'cause'`,
      },
      items,
      token,
    ),
    sql(
      `update exchange set state = w.state, cause = w.cause, tried_ms = w.tried_ms, attempts = w.attempts,
          due_at = case when w.state in ('retrying', 'uncertain', 'pending') then {now} + w.due_in else null end,
          settled_at = case when w.state in ('retrying', 'uncertain', 'pending') then null else {at} end,
          superseded_by = case when w.state = 'superseded' then w.newer else null end, overtaken = w.overtaken${passes}
         from (select x.id, ${outcome} as state, v.value->>'cause' as cause, cast(v.value->>'triedMs' as bigint) as tried_ms,
                      cast(v.value->>'dueInMs' as bigint) as due_in, ${newer} as newer, ${overtaken} as overtaken, cast(v.value->>'passAfter' as bigint) as pass_after,
                      (select count(*) from attempt a where a.exchange = x.id and coalesce(a.code, '') <> 'cancelled-before-sending') as attempts
                 ${settling}) w
        where exchange.id = w.id`,
      items,
      token,
    ),
    sql(
      `update stream set due_at = ${nextDue('stream')}, standing = ${stands('stream')} from json_each(?1) v where stream.id = v.value->>'stream' and stream.written_by = ?2`,
      items,
      token,
    ),
    ...(input.events.length > 0
      ? [
          raise(
            input.events,
            `join stream s on s.id = v.value->>'stream' and s.written_by = ?2
              where cast(v.value->>'onlyWhileParked' as bigint) = 0 or s.parked_reason is not null`,
            token,
          ),
        ]
      : []),
    ...(input.calls.length > 0 ? [endCalls(input.calls)] : []),
    ...openWatches(input.watches, token),
    ...tellRooms(input.items, input.rooms, token),
    sql(
      `select v.value->>'exchange' as exchange, case when s.written_by = ?2 then 1 else 0 end as settled
         from json_each(?1) v join stream s on s.id = v.value->>'stream'`,
      items,
      token,
    ),
  ];
}

const FINAL = `('delivered', 'rejected', 'cancelled', 'dead')`;
const stampedExchange = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2
  join exchange x on x.id = v.value->>'exchange' and x.stream = s.id and x.state in ${FINAL}`;

/** The rooms' own statements; of acts that are final it is noted whether these took hold, and kept what they would need. */
function tellRooms(items: readonly SettleCommand[], rooms: readonly RoomWrites[], token: string): Statement[] {
  const acts = items.filter(({ kind }) => kind === 'act');
  if (rooms.length === 0 && acts.length === 0) return [];
  const results = acts.flatMap(({ stream, exchange, result }) =>
    result === null ? [] : [{ stream, exchange, result }],
  );
  return [
    ...rooms.flatMap(({ settlement }) => settlement.statements),
    ...(acts.length === 0
      ? []
      : [
          // Untold until a room's own row says otherwise.
          sql(
            `update exchange set told = 0 where exchange.id in (select x.id ${stampedExchange} where x.kind = 'act')`,
            commands(acts.map(({ stream, exchange }) => ({ stream, exchange }))),
            token,
          ),
          ...rooms.flatMap((each) => [noteTold(each, token)]),
          ...(results.length === 0
            ? []
            : [
                sql(
                  `insert into exchange_result (exchange, result) select x.id, v.value->>'result' ${stampedExchange} where x.told = 0
                   on conflict (exchange) do update set result = excluded.result`,
                  commands(results),
                  token,
                ),
              ]),
          // Of an earlier end that its room never had: this one counts.
          sql(
            `delete from exchange_result where exchange in (select x.id ${stampedExchange} where x.told = 1)`,
            commands(acts.map(({ stream, exchange }) => ({ stream, exchange }))),
            token,
          ),
        ]),
  ];
}

/** Those that their room has now are told. */
export function noteTold({ settled, settlement: { tookHold: row } }: RoomWrites, token: string): Statement {
  const held =
    row === undefined
      ? ''
      : `and exists (select 1 from ${row.table} g where g.${row.column} = v.value->>'row' and g.written_by = ?2)`;
  return sql(
    `update exchange set told = 1 where exchange.told = 0 and exchange.id in (select x.id ${stampedExchange} where x.kind = 'act' ${held})`,
    commands(settled.map((each) => ({ stream: each.stream, exchange: each.exchange, row: row?.rowOf(each) ?? null }))),
    token,
  );
}
