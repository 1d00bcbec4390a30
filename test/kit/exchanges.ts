import type { CommandKind } from '../../adapters/adapter.ts';
import { journalLines } from '../../src/chronicle/journal-line.ts';
import { recount } from '../../src/delivery/counting.ts';
import type { Doubt } from '../../src/delivery/rules/settlement.ts';
import { stands } from '../../src/delivery/standing.ts';
import { commands, sql } from '../../src/store/engine.ts';
import type { Ground } from './room.ts';

/** An exchange as a test wants it to stand: what is left out is that of an ordinary snapshot. */
export interface Standing {
  readonly id: string;
  readonly key?: string;
  readonly seq: number;
  readonly operation?: string;
  readonly kind?: CommandKind;
  readonly version?: number | null;
  readonly state: string;
  readonly cause?: string | null;
  readonly code?: string | null;
  readonly acceptedAt?: number;
}
export interface StandingStream {
  readonly system?: string;
  readonly sentVersion?: number;
  readonly quietMs?: number;
  /** They asked for patience for so long. */
  readonly toldMs?: number;
  readonly doubt?: Doubt;
  readonly parkedReason?: string | null;
  readonly waitsFor?: 'person' | 'owner';
  readonly owner?: string | null;
}

/** Writes exchanges and their streams as they would stand after some history, first journal line included. */
export async function standing(on: Ground, exchanges: readonly Standing[], stream: StandingStream = {}): Promise<void> {
  const system = stream.system ?? 'national-portal';
  const rows = exchanges.map((each) => ({
    id: each.id,
    stream: `${system}:${each.key ?? 'D1'}`,
    key: each.key ?? 'D1',
    seq: each.seq,
    operation: each.operation ?? 'sync-dossier',
    kind: each.kind ?? 'collapsing',
    version: each.version === undefined ? each.seq : each.version,
    state: each.state,
    cause: each.cause ?? null,
    code: each.code ?? null,
    acceptedAt: each.acceptedAt ?? on.platform.wall(),
  }));
  const newest = new Map(rows.map((row) => [row.stream, row]));
  await on.engine.batch([
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, sent_version, due_at, owner, quiet_until, told_until, doubt, parked_reason, waits_for, written_by)
       select v.value->>'stream', ?2, v.value->>'key', ?2 || '/command', cast(v.value->>'seq' as bigint) + 1,
              coalesce(cast(v.value->>'version' as bigint), 0), cast(?3 as bigint), null, ?4, cast(?5 as bigint), cast(?9 as bigint), ?6, ?7, ?8, 'test' from json_each(?1) v`,
      commands([...newest.values()]),
      system,
      stream.sentVersion ?? 0,
      stream.owner ?? null,
      stream.quietMs === undefined ? 0 : on.platform.steady() + stream.quietMs,
      stream.doubt ?? 'none',
      stream.parkedReason ?? null,
      stream.parkedReason == null ? null : (stream.waitsFor ?? 'owner'),
      stream.toldMs === undefined ? 0 : on.platform.steady() + stream.toldMs,
    ),
    sql(
      `insert into exchange (id, system, stream, seq, operation, kind, version, payload_hash, state, cause, attempts, due_at, accepted_at, accepted_by)
       select v.value->>'id', ?2, v.value->>'stream', cast(v.value->>'seq' as bigint), v.value->>'operation', v.value->>'kind', cast(v.value->>'version' as bigint), 'hash', v.value->>'state',
              v.value->>'cause', 1, case when v.value->>'state' in ('pending', 'retrying', 'uncertain') then {now} + 60000 end, cast(v.value->>'acceptedAt' as bigint), 'province'
         from json_each(?1) v`,
      commands(rows),
      system,
    ),
    sql(
      `insert into attempt (exchange, n, call, epoch, started_at, ended_at, outcome, code)
       select v.value->>'id', 1, 'call-' || (v.value->>'id'), 1, {at}, {at}, 'rejected', v.value->>'code' from json_each(?1) v`,
      commands(rows),
    ),
    journalLines(
      {
        id: `(v.value->>'id') || ':0'`,
        ref: `v.value->>'id'`,
        to: `v.value->>'state'`,
        actor: `'province'`,
        hash: `'hash'`,
        source: 'from json_each(?1) v',
      },
      commands(rows),
    ),
    sql(`update stream set led_by = 'sync-dossier' where system = 'national-portal'`),
    sql(`update stream set standing = ${stands('stream')}, changed_at = coalesce(changed_at, {at})`),
    ...recount(),
  ]);
}
