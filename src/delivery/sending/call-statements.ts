import { commands, type Statement, sql } from '../../store/engine.ts';

export interface CallCommand {
  readonly id: string;
  readonly lane: string;
  readonly operation: string;
  readonly purpose: 'send' | 'read-back' | 'confirm';
  readonly items: number;
  /** Its token was spent when its streams were claimed. */
  readonly paid: boolean;
}
export interface AttemptCommand {
  readonly exchange: string;
  readonly stream: string;
  readonly epoch: number;
  readonly call: string;
  /** The version of the desired state that is sent; null where the exchange itself holds what is. */
  readonly version: number | null;
}

/** A call that is open for longer than any may last belonged to a process that is gone. */
export const LONGEST_CALL_MS = 3_600_000;

/** Calls and attempts exist before a byte leaves. An attempt whose claim was lost meanwhile is not made. */
export function openCalls(input: {
  readonly calls: readonly CallCommand[];
  readonly attempts: readonly AttemptCommand[];
  readonly token: string;
  readonly owner: string;
}): Statement[] {
  const attempts = commands(input.attempts);
  const mine = `from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.owner = ?2 and s.epoch = cast(v.value->>'epoch' as bigint) and s.lease_until > {now}`;
  const calls = commands(input.calls.map((call) => ({ ...call, cost: call.paid ? 0 : 1 })));
  return [
    sql(
      `insert into call (id, lane, operation, purpose, owner, items, started_at, over_at)
       select v.value->>'id', v.value->>'lane', v.value->>'operation', v.value->>'purpose', ?2, cast(v.value->>'items' as bigint), {at}, {now} + ${LONGEST_CALL_MS} from json_each(?1) v`,
      calls,
      input.owner,
    ),
    sql(
      `update lane set tokens = tokens - w.n from (select v.value->>'lane' as lane, sum(cast(v.value->>'cost' as bigint)) as n from json_each(?1) v group by 1) w
        where lane.name = w.lane and w.n > 0`,
      calls,
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at, version)
       select x.id, (select coalesce(max(a.n), 0) + 1 from attempt a where a.exchange = x.id), v.value->>'call', s.epoch, {at}, cast(v.value->>'version' as bigint) ${mine} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
      attempts,
      input.owner,
    ),
    sql(
      `select v.value->>'exchange' as exchange ${mine} join exchange x on x.id = v.value->>'exchange' and x.state = 'sending'`,
      attempts,
      input.owner,
    ),
  ];
}

/** Ends one try of several in a claim; the exchange stays with its claimer. */
export const endAttempts = (
  ends: readonly {
    readonly exchange: string;
    readonly call: string;
    readonly outcome: string;
    readonly code: string | null;
  }[],
): Statement =>
  sql(
    `update attempt set ended_at = {at}, outcome = v.value->>'outcome', code = v.value->>'code' from json_each(?1) v
      where attempt.exchange = v.value->>'exchange' and attempt.call = v.value->>'call' and attempt.ended_at is null`,
    commands(ends),
  );

export interface CallEnd {
  readonly id: string;
  readonly outcome: string;
  readonly subject: string | null;
  /** Their raw answer, sealed; kept for what a person must look at. */
  readonly raw: string | null;
}
export const endCalls = (ends: readonly CallEnd[]): Statement =>
  sql(
    `update call set ended_at = {at}, outcome = v.value->>'outcome', subject = v.value->>'subject', raw = v.value->>'raw'
       from json_each(?1) v where call.id = v.value->>'id' and call.ended_at is null`,
    commands(ends),
  );

/** How many attempts of an exchange ended with this code. */
export const looksThatTold = (exchange: string, code: string): Statement =>
  sql('select cast(count(*) as integer) as n from attempt where exchange = ?1 and code = ?2', exchange, code);
