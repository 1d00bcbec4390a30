import type { Outcome } from '../../../adapters/adapter.ts';
import { happened, raise } from '../../chronicle/raise.ts';
import { errorWords } from '../../error-words.ts';
import { createLoop, type Loop, type Turn } from '../../loop.ts';
import { newId, type Platform } from '../../platform.ts';
import { type Engine, type Statement, StoreUnavailable } from '../../store/engine.ts';
import { exchangeUnanswered } from '../event-types.ts';
import type { Judged } from '../judged.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { Queries, QueryAnswer } from '../sending/query.ts';
import type { Systems } from '../systems.ts';
import {
  claimWatches,
  moveWatches,
  nextWatch,
  releaseWatches,
  stampJudged,
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
  /** The time of asking is over with this one, unless it is prolonged. */
  readonly last: boolean;
}

/** What a room makes of answers. */
export interface WatchVerdict {
  /** Ids of the watches that are answered for good; the others go on. */
  readonly closed: ReadonlySet<string>;
  /** In the commit that moves the watches; each only where its `watch` row carries the token. */
  readonly statements: readonly Statement[];
  /** By watch, what its answer was judged by: where that moved on meanwhile nothing of it is written, and it is asked again. */
  readonly judgedBy?: ReadonlyMap<string, readonly Judged[]>;
  /** Watches whose time would be over, which are asked on for so many milliseconds more. */
  readonly prolonged?: ReadonlyMap<string, number>;
}

/** What a room gives delivery for a query that is watched. */
export interface RoomWatch {
  /** What is asked, which may have to be looked up; absent: the reference itself. */
  input?(ref: string): unknown;
  /** Answers of one turn, all of one query. When it fails, they are asked for again. */
  answered(answers: readonly WatchAnswer[], token: string): Promise<WatchVerdict>;
  /** The end came without an answer: what the room writes, each only where its `watch` row carries the token. */
  unanswered?(watches: readonly Unanswered[], token: string): Promise<readonly Statement[]>;
}
/** A watch whose time is over. */
export interface Unanswered extends Omit<WatchAnswer, 'outcome' | 'last'> {
  /** They did speak, and the room was told of that word in the same commit. */
  readonly heard: boolean;
}

/** By `system/query`. */
export type RoomWatches = ReadonlyMap<string, RoomWatch>;

interface Watched {
  readonly system: string;
  readonly query: string;
  readonly room: RoomWatch;
}
interface Asked {
  readonly row: WatchRow;
  readonly answer: QueryAnswer;
}

export interface Watches {
  /** One for each query. */
  readonly loops: readonly Loop[];
  /** Takes over what earlier processes held (SQLite: everything, its file has one server). Before its loops start. */
  begin(): Promise<void>;
  /** Something may have been opened, or asked for sooner. */
  wake(): void;
}

/** Calls of one query in one turn. */
const CALLS_A_TURN = 4;
const IDLE_MS = 1_000;
/** No word came: asked again after this long, twice as long each time, up to the longest. */
const UNHEARD_MS = 5_000;
const LONGEST_UNHEARD_MS = 3_600_000;
/** What a turn may take beyond its calls, milliseconds. */
const LEASE_MARGIN_MS = 30_000;
/**
 * One process at a time takes what is due of a query, so that it travels in as few calls as can be. It need not outlast
 * the calls: what is taken is held by a lease of its own.
 */
const TAKING_MS = 10_000;

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

  async function turn(watched: Watched, { mine, stopping }: Turn): Promise<number> {
    const { system, query } = watched;
    const restMs = await rest(watched);
    if (restMs > 0) return restMs;
    if (!(await mine())) return IDLE_MS;
    const entry = systems.query(system, query);
    const size = entry === undefined || entry.operation.kind === 'query' ? 1 : entry.policy.batchSize;
    const limit = size * CALLS_A_TURN;
    const callMs = entry === undefined ? 0 : entry.policy.timeoutMs * (entry.policy.inlineTries + 1) * (size + 1);
    const leaseMs = callMs * CALLS_A_TURN + LEASE_MARGIN_MS;
    const rows = await engine.batch(
      claimWatches({ system, query, owner, leaseMs, limit, token: newId(platform, 't') }),
    );
    const due = (rows.at(-1) ?? []) as unknown as WatchRow[];
    if (due.length === 0) return IDLE_MS;
    await settle(watched, await ask(watched, due, stopping));
    return due.length < limit ? rest(watched) : 0;
  }

  /** Each with an answer; what cannot be made a question of has none. */
  async function ask(
    { system, query, room }: Watched,
    due: readonly WatchRow[],
    signal: AbortSignal,
  ): Promise<readonly Asked[]> {
    const inputs = await Promise.all(
      due.map(async (row) => {
        try {
          return { input: (await room.input?.(row.ref)) ?? row.ref };
        } catch (error) {
          tell(system, query, error);
          return undefined;
        }
      }),
    );
    const asked = inputs.flatMap((each) => (each === undefined ? [] : [each.input]));
    const answers = await queries.runMany(system, query, asked, { signal });
    let next = 0;
    return due.map((row, index) => ({
      row,
      answer: (inputs[index] === undefined ? undefined : answers[next++]) ?? { kind: 'not-configured' },
    }));
  }

  /** Until the next is due, milliseconds. */
  async function rest({ system, query }: Watched): Promise<number> {
    const [row] = await engine.all<{ due_at: number; now: number }>(nextWatch(system, query));
    return row === undefined ? IDLE_MS : Math.min(IDLE_MS, Math.max(0, row.due_at - row.now));
  }

  /** In one commit; where that fails each by itself, so that one answer that nobody can write holds no other back. */
  async function settle(watched: Watched, asked: readonly Asked[]): Promise<void> {
    try {
      await write(watched, asked);
    } catch (error) {
      if (error instanceof StoreUnavailable || asked.length === 1) {
        tell(watched.system, watched.query, error);
        await letGo(watched, asked);
      } else for (const each of asked) await settle(watched, [each]);
    }
  }

  async function write({ system, query, room }: Watched, asked: readonly Asked[]): Promise<void> {
    const token = newId(platform, 't');
    const theirWord = asked.flatMap(({ row, answer }): WatchAnswer[] =>
      isTheirWord(answer)
        ? [{ watch: row.id, ref: row.ref, exchange: row.exchange, outcome: answer, last: row.last === 1 }]
        : [],
    );
    const verdict: WatchVerdict =
      theirWord.length > 0 ? await room.answered(theirWord, token) : { closed: new Set(), statements: [] };
    const moves = asked.map(({ row, answer }) =>
      moveOf(
        row,
        answer,
        { closed: verdict.closed.has(row.id), prolongedMs: verdict.prolonged?.get(row.id) ?? null },
        platform.random(),
      ),
    );
    const over = asked.flatMap(({ row }, index) =>
      moves[index]?.to === 'ended' || moves[index]?.warns === true ? [row] : [],
    );
    const ended = asked.flatMap(({ row }, index) => {
      const move = moves[index];
      return move?.to === 'ended' ? [{ row, heard: move.heard }] : [];
    });
    const judged = verdict.judgedBy ?? new Map<string, readonly Judged[]>();
    await engine.batch([
      stampWatches(
        asked.flatMap(({ row }) => (judged.has(row.id) ? [] : [row.id])),
        owner,
        token,
      ),
      ...[...judged].flatMap(([id, by]) => stampJudged(id, owner, by, token)),
      ...verdict.statements,
      ...(await unanswered({ system, query, room }, ended, token)),
      ...tellOfEnd(system, query, over, token),
      ...moveWatches(moves, token),
    ]);
    for (const { ref, exchange } of over)
      parts.observer.notice('error', 'the time to answer is over: a person has to look', {
        ...{ system, query, ref, exchange },
      });
  }

  /** That its time is over is said whatever the room can write of it. */
  async function unanswered(
    { system, query, room }: Watched,
    ended: readonly { readonly row: WatchRow; readonly heard: boolean }[],
    token: string,
  ): Promise<readonly Statement[]> {
    if (ended.length === 0 || room.unanswered === undefined) return [];
    const watches = ended.map(({ row, heard }) => ({ watch: row.id, ref: row.ref, exchange: row.exchange, heard }));
    return room.unanswered(watches, token).catch((error: unknown) => {
      tell(system, query, error);
      return [];
    });
  }

  /** What came could not be written: they are asked for it again. Where not even that can be, their lease ends. */
  async function letGo({ system, query }: Watched, asked: readonly Asked[]): Promise<void> {
    const token = newId(platform, 't');
    const moves = asked.map(({ row }): WatchMove => {
      const warns = row.last === 1 && row.warned === 0;
      const inMs = unheardMs(row.unheard, platform.random());
      return { id: row.id, to: 'on', inMs, outcome: 'unwritten', heard: false, warns, prolongedMs: null };
    });
    const over = asked.flatMap(({ row }, index) => (moves[index]?.warns === true ? [row] : []));
    await engine.batch([
      stampWatches(
        asked.map(({ row }) => row.id),
        owner,
        token,
      ),
      ...tellOfEnd(system, query, over, token),
      ...moveWatches(moves, token),
    ]);
  }

  /** A person hears of it; the event names the act where there was one. */
  function tellOfEnd(system: string, query: string, over: readonly WatchRow[], token: string): readonly Statement[] {
    if (over.length === 0 || systems.get(system)?.quiet) return [];
    const events = over.map(({ id, ref, exchange, operation, asked, ...row }) => {
      const key = row.key ?? ref;
      const cause = asked > 0 ? 'unanswered' : 'not-reached';
      const data = { exchange: exchange ?? '', operation: operation ?? query, key, version: null, cause, code: null };
      return { ...happened(platform, exchangeUnanswered, { system, ref: key, data }), watch: id };
    });
    return [raise(events, `join watch w on w.id = v.value->>'watch' and w.written_by = ?2`, token)];
  }

  const tell = (system: string, query: string, error: unknown): void =>
    parts.observer.notice('error', 'what is watched could not be asked about or written', {
      ...{ system, query },
      error: errorWords(error),
    });

  const loops: readonly Loop[] = [...parts.watches].map(([name, room]) => {
    const slash = name.indexOf('/');
    const [system, query] = [name.slice(0, slash), name.slice(slash + 1)];
    return createLoop({
      name: `watches:${name}`,
      platform,
      lease: { engine, owner, forMs: TAKING_MS },
      turn: (each) => turn({ system, query, room }, each),
      failed: (error) => tell(system, query, error),
    });
  });

  return {
    loops,
    async begin() {
      if (engine.sole) await engine.batch([releaseWatches(owner)]);
    },
    wake: () => {
      for (const loop of loops) loop.wake();
    },
  };
}

/** They answered, if only with a "no"; anything else is as if they had not been asked. */
function isTheirWord(answer: QueryAnswer): answer is Outcome {
  return (
    answer.kind === 'completed' || answer.kind === 'accepted' || answer.kind === 'rejected' || answer.kind === 'drift'
  );
}

function moveOf(
  row: WatchRow,
  answer: QueryAnswer,
  { closed, prolongedMs }: { readonly closed: boolean; readonly prolongedMs: number | null },
  random: number,
): WatchMove {
  const outcome = answer.kind;
  const heard = isTheirWord(answer);
  const base = { id: row.id, inMs: 0, outcome, heard, warns: false, prolongedMs } as const;
  if (closed) return { ...base, to: 'closed' };
  // Where they were never heard, as after a long stop of ours, they are asked on: the end is theirs to miss, not ours.
  if (row.last === 1 && prolongedMs === null && (heard || row.asked > 0)) return { ...base, to: 'ended' };
  if (heard) {
    // The first wait went before the first question.
    const waits = JSON.parse(row.schedule) as readonly number[];
    return { ...base, to: 'on', inMs: waits[Math.min(row.asked + 1, waits.length - 1)] ?? LONGEST_UNHEARD_MS };
  }
  const asks = 'retryAfterMs' in answer ? (answer.retryAfterMs ?? 0) : 0;
  const warns = row.last === 1 && row.warned === 0;
  return { ...base, to: 'on', inMs: Math.max(asks, unheardMs(row.unheard, random)), warns };
}

/** Spread, so that what failed together is not asked together for ever. */
const unheardMs = (unheard: number, random: number): number =>
  Math.ceil(Math.min(LONGEST_UNHEARD_MS, UNHEARD_MS * 2 ** Math.min(unheard, 20)) * (0.5 + random / 2));
