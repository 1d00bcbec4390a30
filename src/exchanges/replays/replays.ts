import {
  type ReplayableState,
  type ReplayFilter,
  type ReplayState,
  replayableState,
} from '../../../contracts/domain/replay.ts';
import { epochMs } from '../../../contracts/domain/time.ts';
import {
  approve,
  approvedNow,
  ask,
  askedNow,
  end,
  type Hand,
  openWeight,
  type SecondVerdict,
  type SharedAct,
  secondVerdict,
} from '../../access/four-eyes.ts';
import { journalLines } from '../../chronicle/journal-line.ts';
import { keptWords, openWords, readWord, type WordsPlace } from '../../crypto/kept-words.ts';
import type { Vault } from '../../crypto/vault.ts';
import { newId, type Platform } from '../../platform.ts';
import type { Principal } from '../../principal.ts';
import type { RoomParts } from '../../room.ts';
import { type Engine, type Statement, sql } from '../../store/engine.ts';
import { type CountRow, countsOf, type ExchangeFilter } from '../exchange-views.ts';
import { callerOf, type Sight, sightOf } from '../sight.ts';

export interface NewReplay {
  readonly filter: ReplayFilter;
  readonly ratePerSecond: number;
  readonly reason: string;
}

/** What would be replayed. */
export interface ReplayPlan {
  readonly matched: number;
  readonly needsApproval: boolean;
  readonly counts: readonly {
    readonly operation: string;
    readonly state: ReplayableState;
    readonly cause: string | null;
    readonly count: number;
  }[];
  readonly minutes: number;
}

/** A stored replay. Times are epoch milliseconds. */
export interface Replay {
  readonly id: string;
  readonly filter: ReplayFilter;
  readonly state: ReplayState;
  readonly reason: string;
  readonly ratePerSecond: number;
  readonly matched: number;
  readonly done: number;
  readonly skipped: number;
  /** The last exchange that was looked at. */
  readonly position: string | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly approvedAt: number | null;
  readonly approvedBy: string | null;
  readonly stoppedBy: string | null;
  readonly endedAt: number | null;
}

/** Who asks for a replay: it meets what they see. */
export type ReplayAsker = Hand & Pick<Principal, 'role'>;

/** Replays are stored jobs: they survive their process, can be stopped, and a large one needs a second person. */
export interface Replays {
  /** Counts what would be replayed and changes nothing. */
  dryRun(asked: NewReplay, by: ReplayAsker): Promise<ReplayPlan>;
  /** Undefined where it needs two people and a program asks. */
  create(asked: NewReplay, by: ReplayAsker, also?: (id: string) => readonly Statement[]): Promise<Replay | undefined>;
  find(id: string): Promise<Replay | undefined>;
  /** The newest first, one more than `limit` when there is more. */
  list(limit: number, before?: string): Promise<Replay[]>;
  /** `done`, or why `by` does not approve it. */
  approve(id: string, by: Hand, also?: readonly Statement[]): Promise<'done' | Exclude<SecondVerdict, 'may'>>;
  /** False when it had ended already. */
  halt(id: string, actor: string, also?: readonly Statement[]): Promise<boolean>;
}

/** Above this many exchanges of one person's open replays together a second person approves. */
export const DEFAULT_APPROVAL_ABOVE = 1_000;

export interface ReplayRow {
  readonly id: string;
  readonly filter: string;
  readonly state: ReplayState;
  readonly reason: string;
  readonly rate_per_second: number;
  readonly matched: number;
  readonly done: number;
  readonly skipped: number;
  readonly position: string | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly approved_by: string | null;
  readonly approved_at: number | null;
  readonly stopped_by: string | null;
  readonly ended_at: number | null;
  /** 1: an administrator asked, who sees everything. */
  readonly sees_all: number;
}
export const REPLAY =
  'id, filter, state, reason, rate_per_second, matched, done, skipped, position, created_at, created_by, approved_by, approved_at, stopped_by, ended_at, sees_all';

/** What a replay's filter means for exchanges; `until` (epoch ms) keeps a running replay from chasing new failures. */
export function exchangesOf(filter: ReplayFilter, until: number): ExchangeFilter {
  return {
    system: filter.system,
    operations: filter.operations,
    states: filter.states,
    causes: filter.causes,
    codes: filter.codes,
    acceptedFrom: filter.from === undefined ? undefined : epochMs(filter.from),
    acceptedTo: filter.to === undefined ? until : Math.min(until, epochMs(filter.to)),
    newestOnly: true,
  };
}

export function createReplays(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'sealOwn' | 'openOwn'>;
  readonly filled: RoomParts['filled'];
  /** Above this many exchanges of one person's open replays together a second person approves; default 1,000. */
  readonly approvalAbove?: number | undefined;
  /** Told that a replay may run now. */
  readonly wake?: () => void;
}): Replays {
  const { engine, platform } = parts;
  const approvalAbove = parts.approvalAbove ?? DEFAULT_APPROVAL_ABOVE;

  async function count(filter: ReplayFilter, sight: Sight): Promise<CountRow[]> {
    return engine.scan<CountRow>(countsOf(exchangesOf(filter, Number.MAX_SAFE_INTEGER), sight));
  }
  const sum = (rows: readonly CountRow[]): number => rows.reduce((total, row) => total + row.count, 0);

  const shown = async (row: ReplayRow): Promise<Replay> => {
    const [reason, filter] = await Promise.all([
      readWord(parts.vault, reasonAt(row.id), row.reason),
      filterOf(parts.vault, row),
    ]);
    return replayOf(row, reason, filter ?? UNREADABLE);
  };

  async function find(id: string): Promise<Replay | undefined> {
    const [row] = await engine.all<ReplayRow>(sql(`select ${REPLAY} from replay where id = ?1`, id));
    return row && shown(row);
  }

  async function halt(id: string, actor: string, also: readonly Statement[] = []): Promise<boolean> {
    const before = await find(id);
    const token = newId(platform, 't');
    const [rows] = await engine.batch([
      sql(
        `update replay set state = 'stopped', stopped_by = ?2, ended_at = {at}, written_by = ?3
          where id = ?1 and state = ?4 and state in ('awaiting-approval', 'running') returning id`,
        id,
        actor,
        token,
        before?.state ?? '',
      ),
      guarded(id, before?.state ?? null, 'stopped', actor, token),
      endReplayAct(id, token),
      ...also,
    ]);
    if ((rows?.length ?? 0) > 0) return true;
    // Approved in between: then it is the running one that is to be stopped.
    return before?.state === 'awaiting-approval' && (await find(id))?.state === 'running' ? halt(id, actor) : false;
  }

  return {
    find,
    dryRun: async ({ filter, ratePerSecond }, by) => {
      const rows = await count(filter, sightOf(parts, callerOf(by)));
      const matched = sum(rows);
      return {
        matched,
        needsApproval: matched + (await openWeight(engine, 'replay', by)) > approvalAbove,
        counts: rows as ReplayPlan['counts'],
        minutes: Math.round((matched / ratePerSecond / 60) * 10) / 10,
      };
    },

    create: async ({ filter, ratePerSecond, reason }, by, also = () => []) => {
      const caller = callerOf(by);
      const matched = sum(await count(filter, sightOf(parts, caller)));
      const id = newId(platform, 'rpl');
      const token = newId(platform, 't');
      await engine.batch([
        ...ask(actOf(id), by, { weight: matched, limit: approvalAbove, token }),
        sql(
          `insert into replay (id, filter, state, reason, rate_per_second, matched, created_at, created_by, sees_all, written_by)
           select ?1, ?2, case when ${askedNow('replay', '?1', '?7', 'alone')} then 'running' else 'awaiting-approval' end, ?3,
                  cast(?4 as double precision), cast(?5 as bigint), {at}, ?6, cast(?8 as bigint), ?7
            where ${askedNow('replay', '?1', '?7')}`,
          id,
          await keptWords(parts.vault, filterAt(id), JSON.stringify(filter)),
          await keptWords(parts.vault, reasonAt(id), reason),
          ratePerSecond,
          matched,
          by.id,
          token,
          caller === null ? 1 : 0,
        ),
        journalLines(
          {
            id: `r.id || ':created'`,
            ref: 'r.id',
            to: 'r.state',
            actor: '?2',
            source: 'from replay r where r.id = ?1 and r.written_by = ?3',
          },
          id,
          by.id,
          token,
        ),
        ...also(id),
      ]);
      const made = await find(id);
      if (made?.state === 'running') parts.wake?.();
      return made;
    },

    list: async (limit, before) => {
      const rows = await engine.all<ReplayRow>(
        sql(
          `select ${REPLAY} from replay where id < coalesce(?1, '~') order by id desc limit cast(?2 as bigint)`,
          before ?? null,
          limit,
        ),
      );
      return Promise.all(rows.map(shown));
    },

    approve: async (id, by, also = []) => {
      const verdict = await secondVerdict(engine, actOf(id), by);
      if (verdict !== 'may') return verdict;
      const token = newId(platform, 't');
      const approving = approve(actOf(id), by, {
        token,
        open: (ref) => `exists (select 1 from replay r where r.id = ${ref} and r.state = 'awaiting-approval')`,
      });
      const answers = await engine.batch([
        ...approving,
        sql(
          `update replay set state = 'running', approved_by = ?2, approved_at = {at}, written_by = ?3
              where id = ?1 and state = 'awaiting-approval' and ${approvedNow('replay', '?1', '?3')} returning id`,
          id,
          by.id,
          token,
        ),
        guarded(id, 'awaiting-approval', 'running', by.id, token),
        ...also,
      ]);
      if (answers[approving.length]?.length !== 1) return refusedMeanwhile(await secondVerdict(engine, actOf(id), by));
      parts.wake?.();
      return 'done';
    },

    halt,
  };
}

const filterAt = (row: string): WordsPlace => ({ column: 'replay.filter', row });
/** What is shown of a filter that cannot be read. */
const UNREADABLE: ReplayFilter = { system: '…', states: [...replayableState.options] };
/** Undefined where it cannot be read: what it would meet is not known, and nothing of it is run. */
export async function filterOf(
  vault: Pick<Vault, 'openOwn'>,
  { id, filter }: Pick<ReplayRow, 'id' | 'filter'>,
): Promise<ReplayFilter | undefined> {
  const [text] = await openWords(vault, [filterAt(id)], [filter]);
  try {
    const read: unknown = JSON.parse(text ?? '');
    return typeof read === 'object' && read !== null && 'system' in read ? (read as ReplayFilter) : undefined;
  } catch {
    return undefined;
  }
}
const reasonAt = (row: string): WordsPlace => ({ column: 'replay.reason', row });
const actOf = (id: string): SharedAct => ({ kind: 'replay', ref: id });
const refusedMeanwhile = (verdict: SecondVerdict): Exclude<SecondVerdict, 'may'> =>
  verdict === 'may' ? 'not-awaiting' : verdict;

/** Where this batch ended the replay: it counts no more for whoever asked. */
export const endReplayAct = (id: string, token: string): Statement =>
  end(
    actOf(id),
    token,
    (ref) =>
      `exists (select 1 from replay r where r.id = ${ref} and r.written_by = ?2 and r.state in ('stopped', 'finished'))`,
  );

/** A line that is written only where this batch changed the replay. */
export const guarded = (id: string, from: string | null, to: string, actor: string, token: string): Statement =>
  journalLines(
    {
      id: `r.id || ':' || ?5`,
      ref: 'r.id',
      from: '?2',
      to: '?3',
      actor: '?4',
      source: 'from replay r where r.id = ?1 and r.written_by = ?5 and r.state = ?3',
    },
    id,
    from,
    to,
    actor,
    token,
  );

function replayOf(row: ReplayRow, reason: string, filter: ReplayFilter): Replay {
  return {
    id: row.id,
    filter,
    state: row.state,
    reason,
    ratePerSecond: row.rate_per_second,
    matched: row.matched,
    done: row.done,
    skipped: row.skipped,
    position: row.position,
    createdAt: row.created_at,
    createdBy: row.created_by,
    approvedAt: row.approved_at,
    approvedBy: row.approved_by,
    stoppedBy: row.stopped_by,
    endedAt: row.ended_at,
  };
}
