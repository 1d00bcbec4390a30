import type { Outcome } from '../../../adapters/adapter.ts';
import { newId, type Platform } from '../../platform.ts';
import { commands, type Engine, type Statement, sql } from '../../store/engine.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { Queries, QueryAnswer } from '../sending/query.ts';
import type { Systems } from '../systems.ts';
import {
  claimWatches,
  moveWatches,
  nextWatch,
  releaseWatches,
  stampWatches,
  type WatchMove,
  type WatchRow,
} from './watch-statements.ts';

/** One answered question of a watch. */
export interface WatchAnswer {
  /** The watch's row, `watch.id`: what a room writes depends on it carrying the token. */
  readonly watch: string;
  readonly ref: string;
  /** The act whose answer it brings, where it was opened by one. */
  readonly exchange: string | null;
  /** Their word: a result, a "no", or an answer outside the wire schema. */
  readonly outcome: Outcome;
}

/** What a room makes of answers. */
export interface WatchVerdict {
  /** Ids of the watches that are answered for good; the others go on. */
  readonly closed: ReadonlySet<string>;
  /** In the commit that moves the watches; each only where its `watch` row carries the token. */
  readonly statements: readonly Statement[];
}

/** What a room gives delivery for a query that is watched. */
export interface RoomWatch {
  /** What is asked; absent: the reference itself. */
  input?(ref: string): unknown;
  /** Answers of one turn, all of one query. When it fails, they are asked for again. */
  answered(answers: readonly WatchAnswer[], token: string): Promise<WatchVerdict>;
  /** The end came without an answer: what the room writes, each only where its `watch` row carries the token. */
  unanswered?(watches: readonly Omit<WatchAnswer, 'outcome'>[], token: string): Promise<readonly Statement[]>;
}
/** By `system/query`. */
export type RoomWatches = ReadonlyMap<string, RoomWatch>;

export interface Watches {
  start(): Promise<void>;
  /** Something may have been opened, or asked for sooner. */
  wake(): void;
  /** One turn of every query; for tests. */
  tick(): Promise<void>;
  stop(): Promise<void>;
}

/** Calls of one query in one turn. */
const CALLS_A_TURN = 4;
const IDLE_MS = 1_000;
/** Not asked at all: the lane is held, or they could not be reached. Asked again after at most this long. */
const UNASKED_MS = 30_000;
const UNWRITTEN_MS = 5_000;

/**
 * Runs every watch: asks what is due, as many in a call as the query takes, and hands the answers to the room in the
 * commit that moves the watch on, so that an answer is never lost between the two. Each query has a loop of its own: a
 * system that is slow keeps no other waiting (I9). What is not due costs nothing.
 */
export function createWatches(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly queries: Pick<Queries, 'runMany'>;
  readonly watches: RoomWatches;
  readonly observer: DeliveryObserver;
  /** Names this process. */
  readonly owner: string;
}): Watches {
  const { engine, platform, systems, queries, owner } = parts;
  const stopped = new AbortController();

  async function turn(system: string, query: string, room: RoomWatch): Promise<number> {
    const entry = systems.query(system, query);
    if (entry === undefined) return UNASKED_MS;
    const size = entry.operation.kind === 'query' ? 1 : entry.policy.batchSize;
    const limit = size * CALLS_A_TURN;
    const leaseMs = entry.policy.timeoutMs * CALLS_A_TURN * (entry.policy.inlineTries + 1) + UNASKED_MS;
    const token = newId(platform, 't');
    const rows = await engine.batch(claimWatches({ system, query, owner, leaseMs, limit, token }));
    const due = (rows.at(-1) ?? []) as unknown as WatchRow[];
    if (due.length === 0) return rest(system, query);
    const answers = await queries.runMany(
      system,
      query,
      due.map(({ ref }) => room.input?.(ref) ?? ref),
      { signal: stopped.signal },
    );
    const asked = due.map((row, index) => ({ row, answer: answers[index] ?? ({ kind: 'not-configured' } as const) }));
    try {
      await settle({ system, query, room }, asked);
    } catch (error) {
      await letGo(asked.map(({ row }) => row));
      throw error;
    }
    return due.length < limit ? rest(system, query) : 0;
  }

  /** Their answers could not be written: they are asked for again soon. Where not even that can be, their lease ends. */
  async function letGo(rows: readonly WatchRow[]): Promise<void> {
    const token = newId(platform, 't');
    const ids = rows.map(({ id }) => id);
    const moves = ids.map((id) => ({ id, to: 'on', inMs: UNWRITTEN_MS, outcome: 'unwritten', counts: 0 }) as const);
    await engine.batch([stampWatches(ids, owner, token), ...moveWatches(moves, token)]);
  }

  async function rest(system: string, query: string): Promise<number> {
    const [row] = await engine.all<{ due_at: number; now: number }>(nextWatch(system, query));
    return row === undefined ? IDLE_MS : Math.min(IDLE_MS, Math.max(0, row.due_at - row.now));
  }

  async function settle(
    { system, query, room }: { readonly system: string; readonly query: string; readonly room: RoomWatch },
    asked: readonly { readonly row: WatchRow; readonly answer: QueryAnswer }[],
  ): Promise<void> {
    const token = newId(platform, 't');
    const theirWord = asked.flatMap(({ row, answer }): WatchAnswer[] =>
      isTheirWord(answer) ? [{ watch: row.id, ref: row.ref, exchange: row.exchange, outcome: answer }] : [],
    );
    const verdict: WatchVerdict =
      theirWord.length > 0 ? await room.answered(theirWord, token) : { closed: new Set(), statements: [] };
    const moves = asked.map(({ row, answer }) => moveOf(row, answer, verdict.closed.has(row.id)));
    const ended = asked.flatMap(({ row }, index) => (moves[index]?.to === 'ended' ? [row] : []));
    const unanswered = ended.map((row) => ({ watch: row.id, ref: row.ref, exchange: row.exchange }));
    await engine.batch([
      stampWatches(
        asked.map(({ row }) => row.id),
        owner,
        token,
      ),
      ...verdict.statements,
      ...(unanswered.length > 0 ? ((await room.unanswered?.(unanswered, token)) ?? []) : []),
      ...(unanswered.length > 0 && !systems.get(system)?.quiet ? [tellOfEnd(system, query, ended, token)] : []),
      ...moveWatches(moves, token),
    ]);
    for (const { ref, exchange } of ended)
      parts.observer.notice('error', 'the time to answer is over: a person has to look', {
        system,
        query,
        ref,
        exchange,
      });
  }

  /** A person hears of it; the event names the act where there was one. */
  function tellOfEnd(system: string, query: string, ended: readonly WatchRow[], token: string): Statement {
    return sql(
      `insert into event (id, type, system, ref, data, at)
       select v.value->>'event', 'exchange.unanswered', ?3, v.value->>'key', v.value->>'data', {now} from json_each(?1) v
         join watch w on w.id = v.value->>'watch' and w.written_by = ?2`,
      commands(
        ended.map(({ id, ref, exchange }) => ({
          event: newId(platform, 'evt'),
          watch: id,
          key: ref,
          data: JSON.stringify({
            exchange: exchange ?? '',
            operation: query,
            key: ref,
            version: null,
            cause: 'unanswered',
            code: null,
          }),
        })),
      ),
      token,
      system,
    );
  }

  const loops: readonly Loop[] = [...parts.watches].map(([name, room]) => {
    const slash = name.indexOf('/');
    const [system, query] = [name.slice(0, slash), name.slice(slash + 1)];
    return createLoop({
      platform,
      turn: () => turn(system, query, room),
      failed: (error) =>
        parts.observer.notice('error', 'what is watched could not be asked about', {
          ...{ system, query },
          error: error instanceof Error ? error.name : 'unknown',
        }),
    });
  });

  return {
    async start() {
      if (engine.kind === 'sqlite') await engine.batch([releaseWatches(owner)]);
      for (const loop of loops) loop.start();
    },
    wake: () => {
      for (const loop of loops) loop.wake();
    },
    tick: async () => {
      for (const loop of loops) await loop.tick();
    },
    stop: async () => {
      stopped.abort();
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}

/** They answered, if only with a "no"; anything else is as if they had not been asked. */
function isTheirWord(answer: QueryAnswer): answer is Outcome {
  return (
    answer.kind === 'completed' || answer.kind === 'accepted' || answer.kind === 'rejected' || answer.kind === 'drift'
  );
}

function moveOf(row: WatchRow, answer: QueryAnswer, closed: boolean): WatchMove {
  const outcome = answer.kind;
  if (closed) return { id: row.id, to: 'closed', inMs: 0, outcome, counts: 1 };
  // Where they were never heard, as after a long stop of ours, they are asked on: the end is theirs to miss, not ours.
  if (row.last === 1 && (isTheirWord(answer) || row.asked > 0))
    return { id: row.id, to: 'ended', inMs: 0, outcome, counts: isTheirWord(answer) ? 1 : 0 };
  const waits = JSON.parse(row.schedule) as readonly number[];
  if (isTheirWord(answer)) {
    // The first wait went before the first question.
    const inMs = waits[Math.min(row.asked + 1, waits.length - 1)] ?? UNASKED_MS;
    return { id: row.id, to: 'on', inMs, outcome, counts: 1 };
  }
  const asks = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
  const again = waits[Math.min(row.asked, waits.length - 1)] ?? UNASKED_MS;
  return { id: row.id, to: 'on', inMs: Math.max(asks, Math.min(again, UNASKED_MS), 1), outcome, counts: 0 };
}
