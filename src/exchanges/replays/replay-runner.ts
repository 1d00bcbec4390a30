import type { ReplayFilter } from '../../../contracts/domain/replay.ts';
import type { Vault } from '../../crypto/vault.ts';
import { type InterventionRow, intervene, interventionOutcomes } from '../../delivery/interventions/intervene.ts';
import type { DeliveryObserver } from '../../delivery/observer.ts';
import type { Systems } from '../../delivery/systems.ts';
import { errorWords } from '../../error-words.ts';
import { createLoop, type Loop, type Turn } from '../../loop.ts';
import { newId, type Platform } from '../../platform.ts';
import type { RoomParts } from '../../room.ts';
import { commands, type Engine, type Statement, sql } from '../../store/engine.ts';
import { commandBytes, slices } from '../../store/limits.ts';
import { type SliceRow, sliceOf } from '../exchange-views.ts';
import { mayRepeat, RETRY } from '../interventions/interventions.ts';
import { sightOf } from '../sight.ts';
import { endReplayAct, exchangesOf, filterOf, guarded, REPLAY, type ReplayRow } from './replays.ts';

const LEASE = 'replays';
const LEASE_MS = 15_000;
const IDLE_MS = 2_000;
const SLICE_AT_MOST = 200;
/** The time that one slice stands for: a slice of `rate × this` exchanges, then this long a wait. */
const SLICE_MS = 1_000;

/**
 * Works running replays off, a slice of each a turn; the cursor is in the store. One process at a time does, for their
 * rate; that no slice is worked twice is guarded by the cursor. To be woken when a replay may run.
 */
export function createReplayRunner(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'openOwn'>;
  readonly systems: Systems;
  readonly observer: DeliveryObserver;
  readonly owner: string;
  readonly wake: (lane: string) => void;
  readonly filled: RoomParts['filled'];
}): Loop {
  const { engine, platform, systems } = parts;
  /** When each replay may take its next slice (steady ms). Lost with the process: it then goes on at once. */
  const readyAt = new Map<string, number>();

  const unreadable = new Set<string>();
  /** Once a process: it stays as it is until somebody stops it. */
  function tellUnreadable(replay: string): void {
    if (unreadable.has(replay)) return;
    unreadable.add(replay);
    parts.observer.notice('error', 'a replay could not go on', { replay, error: 'its filter cannot be read' });
  }

  async function turn({ mine }: Turn): Promise<number> {
    const rows = await engine.all<ReplayRow>(sql(`select ${REPLAY} from replay where state = 'running' order by id`));
    if (rows.length === 0) {
      readyAt.clear();
      return IDLE_MS;
    }
    let wait = IDLE_MS;
    for (const row of rows) {
      const now = platform.steady();
      const ready = readyAt.get(row.id) ?? now;
      if (ready > now) {
        wait = Math.min(wait, ready - now);
        continue;
      }
      if (!(await mine())) return IDLE_MS;
      const filter = await filterOf(parts.vault, row);
      if (filter === undefined) {
        tellUnreadable(row.id);
        continue;
      }
      const worked = await slice(row, filter);
      if (worked === 0) continue;
      const pauseMs = Math.ceil((worked / row.rate_per_second) * 1000);
      readyAt.set(row.id, now + pauseMs);
      wait = Math.min(wait, pauseMs);
    }
    return Math.max(1, wait);
  }

  /** One batch: the cursor moves on and the exchanges are set to go again, both or neither. Answers how many were met. */
  async function slice(replay: ReplayRow, filter: ReplayFilter): Promise<number> {
    const token = newId(platform, 't');
    const size = Math.max(1, Math.min(SLICE_AT_MOST, Math.floor((replay.rate_per_second * SLICE_MS) / 1000)));
    const found = await engine.scan<SliceRow>(
      sliceOf(exchangesOf(filter, replay.created_at), sightOf(parts, seenBy(replay)), replay.position ?? '', size),
    );
    // The longest text names each with its stream; the rest of them is the next slice's.
    const [met = []] = slices(found, ({ id, stream }) => commandBytes(itemOf(replay, id, stream)), engine.limits);
    const last = met.at(-1);
    if (last === undefined) {
      await engine.batch([
        sql(
          `update replay set state = 'finished', ended_at = {at}, written_by = ?2 where id = ?1 and state = 'running'`,
          replay.id,
          token,
        ),
        guarded(replay.id, 'running', 'finished', `replay:${replay.id}`, token),
        endReplayAct(replay.id, token),
      ]);
      readyAt.delete(replay.id);
      return 0;
    }
    const items = met.map((row) => ({
      ...itemOf(replay, row.id, row.stream),
      uncertain: mayRepeat(systems, filter.system, row.operation),
    }));
    const rows = await engine.batch([
      moveOn(replay, last.id, token),
      ...intervene({ items, how: RETRY, token, guard: { table: 'replay', id: replay.id } }),
      countUp(replay.id, items.length, commands(items.map(({ id }) => ({ id }))), token),
      interventionOutcomes(items, token),
    ]);
    const outcomes = (rows.at(-1) ?? []) as unknown as InterventionRow[];
    for (const lane of new Set(outcomes.flatMap((row) => (row.done === 1 ? [row.lane] : [])))) parts.wake(lane);
    return met.length;
  }

  return createLoop({
    name: LEASE,
    platform,
    lease: { engine, owner: parts.owner, forMs: LEASE_MS },
    turn,
    failed: (error) =>
      parts.observer.notice('error', 'a replay could not go on', {
        error: errorWords(error),
      }),
  });
}

const itemOf = (replay: ReplayRow, id: string, stream: string) => ({
  ...{ id, stream, actor: `replay:${replay.id}` },
  ...{ reason: null, uncertain: false },
});

/** It goes on meeting what whoever asked for it saw then. */
const seenBy = (replay: ReplayRow): string | null => (replay.sees_all === 1 ? null : replay.created_by);

/** Moves the cursor from where it was read to, so that no slice is worked twice; a stopped replay does not move. */
const moveOn = (replay: ReplayRow, to: string, token: string): Statement =>
  sql(
    `update replay set position = ?2, written_by = ?3 where id = ?1 and state = 'running' and coalesce(position, '') = ?4`,
    replay.id,
    to,
    token,
    replay.position ?? '',
  );

const countUp = (id: string, met: number, ids: string, token: string): Statement =>
  sql(
    `update replay set done = done + w.n, skipped = skipped + cast(?4 as bigint) - w.n
       from (select count(*) as n from json_each(?3) v join journal j on j.id = (v.value->>'id') || ':' || ?2) w
      where replay.id = ?1 and replay.written_by = ?2`,
    id,
    token,
    ids,
    met,
  );
