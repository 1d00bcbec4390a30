import type { LaneClass } from '../../adapters/adapter.ts';
import type { ExchangeState, Hold } from '../../contracts/domain/exchange.ts';
import { JOURNAL_WORDS, readWord, readWords } from '../crypto/kept-words.ts';
import { revealed } from '../crypto/revealed.ts';
import { subjectKeys } from '../crypto/subject-keys.ts';
import type { Vault } from '../crypto/vault.ts';
import { downtimeEnd } from '../delivery/rules/downtime.ts';
import { next } from '../delivery/statements.ts';
import type { Systems } from '../delivery/systems.ts';
import { attemptRow } from '../delivery/tables.ts';
import type { Platform } from '../platform.ts';
import type { Principal } from '../principal.ts';
import type { RoomParts } from '../room.ts';
import { type Engine, sql } from '../store/engine.ts';
import type { Attempt, ExchangeSummary, ExchangeView, HoldUntil, Said } from './exchange.ts';
import {
  type AttemptRow,
  attemptsOf,
  type ExchangeFilter,
  type Lot,
  listExchanges,
  lots,
  type PositionRow,
  position,
  type SaidRow,
  type SummaryRow,
  saidOfExchange,
  type WatchedRow,
  watchOf,
} from './exchange-views.ts';
import { callerOf, sightOf, streamsByKey } from './sight.ts';

export interface ListFilter extends Omit<ExchangeFilter, 'streams'> {
  /** What is sent about: a dossier code, a reference. */
  readonly key?: string | undefined;
}

/** What may be read of exchanges, as far as `caller` sees (`callerOf`). Nothing here opens what was sent; their words only for a stated purpose. */
export interface Exchanges {
  /** The newest first; asks for one row more than `limit`, by which the caller sees that another page follows. */
  list(
    filter: ListFilter,
    page: { readonly before: string | undefined; readonly limit: number; readonly caller: string | null },
  ): Promise<ExchangeSummary[]>;
  find(id: string, caller: string | null): Promise<ExchangeView | undefined>;
  /** With their own words and raw answers. The journal has it before anybody sees it. */
  reveal(id: string, by: Pick<Principal, 'id' | 'role'>, purpose: string): Promise<ExchangeView | undefined>;
}

export function createExchanges(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly filled: RoomParts['filled'];
}): Exchanges {
  const { engine, vault, platform, systems } = parts;

  async function view(id: string, caller: string | null, revealing: boolean): Promise<ExchangeView | undefined> {
    const [row] = await engine.all<PositionRow>(position(id, next, sightOf(parts, caller)));
    if (row === undefined) return undefined;
    const attempts = await engine.all<AttemptRow>(attemptsOf(id, revealing));
    const [watched] = await engine.all<WatchedRow>(watchOf(id));
    const opened = revealing ? await openAll(row, attempts) : [];
    const lines = await engine.all<SaidRow>(saidOfExchange(id));
    const words = await readWords(
      vault,
      JOURNAL_WORDS,
      lines.map(({ to_state }) => to_state),
    );
    const pausedReason = await readWord(vault, { column: 'lane.paused_reason' }, row.paused_reason);
    return {
      ...summary(row),
      stream: streamPosition({ ...row, paused_reason: pausedReason }, systems),
      watch: watched === undefined ? null : watchView(watched),
      tries: attempts.map((attempt, index) => ({ ...bare(attempt), ...opened[index] })),
      said: lines.map((line, index) => said(line, words[index] ?? '')),
    };
  }

  /** Streams are named by their keys, unless their room says otherwise. */
  async function streamsOf(key: string, system: string | undefined): Promise<string[]> {
    const names = system === undefined ? systems.all.map(({ name }) => name) : [system];
    const named = parts.filled(streamsByKey).filter((each) => names.includes(each.system));
    const found = await Promise.all(named.map(({ idsOf }) => engine.scan<{ id: string }>(sql(idsOf('?1'), key))));
    return [...names.map((name) => `${name}:${key}`), ...found.flat().map(({ id }) => id)];
  }

  async function openAll(
    { id: exchange, subject }: PositionRow,
    rows: readonly AttemptRow[],
  ): Promise<Pick<Attempt, 'detail' | 'answer'>[]> {
    const keys = await subjectKeys(engine, [subject, ...rows.map((row) => row.raw_subject)]);
    const open = async (
      id: string | null,
      purpose: string,
      row: string,
      sealed: string | null,
    ): Promise<string | null> => {
      const key = id === null ? undefined : keys.get(id);
      if (key === undefined || sealed === null) return null;
      const [text] = await vault.open([{ subject: key, purpose, row, sealed }]);
      return text ?? null;
    };
    return Promise.all(
      rows.map(async (row) => {
        const detail = await open(subject, 'attempt.detail', attemptRow(exchange, row.epoch), row.detail);
        return {
          detail: detail === null ? null : (JSON.parse(detail) as Attempt['detail']),
          answer: await open(row.raw_subject, 'call.raw', row.call, row.raw),
        };
      }),
    );
  }

  return {
    list: async ({ key, ...filter }, page) => {
      const streams = key === undefined ? undefined : await streamsOf(key, filter.system);
      const rows = await engine.scan<SummaryRow>(
        listExchanges(
          { ...filter, streams },
          {
            ...{ before: page.before, limit: page.limit + 1, sight: sightOf(parts, page.caller) },
            lots: streams === undefined ? await engine.scan<Lot>(lots()) : [],
          },
        ),
      );
      return rows.map(summary);
    },
    find: (id, caller) => view(id, caller, false),
    reveal: async (id, by, purpose) => {
      const caller = callerOf(by);
      const [row] = await engine.all(position(id, next, sightOf(parts, caller)));
      if (row === undefined) return undefined;
      await engine.batch([revealed(platform, { ref: id, actor: by.id, purpose })]);
      return view(id, caller, true);
    },
  };
}

/** 0 is no moment: at once, or never yet. */
const time = (ms: number | null): number | null => (ms === 0 ? null : ms);

function summary(row: SummaryRow): ExchangeSummary {
  return {
    id: row.id,
    system: row.system,
    key: row.key,
    operation: row.operation,
    seq: row.seq,
    kind: row.kind,
    version: row.version,
    state: row.state as ExchangeState,
    cause: row.cause,
    attempts: row.attempts,
    acceptedAt: row.accepted_at,
    acceptedBy: row.accepted_by,
    nextTryAt: OPEN.has(row.state) ? time(row.due_at) : null,
    settledAt: time(row.settled_at),
    supersededBy: row.superseded_by,
  };
}

function watchView(row: WatchedRow): ExchangeView['watch'] {
  const { query, ref, asked } = row;
  return { query, ref, asked, nextAt: time(row.due_at), until: row.ends_at, endedAt: time(row.ended_at) };
}

function bare(row: AttemptRow): Attempt {
  return {
    n: row.n,
    call: row.call,
    purpose: row.purpose,
    operation: row.operation,
    items: row.items,
    startedAt: row.started_at,
    endedAt: time(row.ended_at),
    outcome: row.outcome,
    code: row.code,
    detail: null,
    answer: null,
  };
}

function said({ actor, at }: SaidRow, line: string): Said {
  const end = line.indexOf(': ');
  return { what: line.slice(0, end) as Said['what'], words: line.slice(end + 2), by: actor, at };
}

const OPEN: ReadonlySet<string> = new Set(['pending', 'retrying', 'uncertain']);

function streamPosition(row: PositionRow, systems: Systems): ExchangeView['stream'] {
  // Waits are steady: people read them on the wall.
  const shown = (ms: number): number => row.at + (ms - row.now);
  const until = (ms: number | null): number | null => (ms !== null && ms > row.now ? shown(ms) : null);
  return {
    seq: row.seq,
    newest: row.newest === row.id,
    desiredVersion: row.desired_version,
    shownVersion: row.sent_version,
    shownAt: time(row.sent_at),
    holds: holds(row, systems).map(({ why, until: ms }) => ({ why, until: ms === null ? null : shown(ms) })),
    nextTryAt: row.stream_due === null || row.stream_due === 0 ? null : shown(row.stream_due),
    quietUntil: until(row.quiet_until),
    toldUntil: until(Math.max(row.told_until, row.not_before ?? 0)),
    asksFirst: row.doubt === 'ask-first',
    parked:
      row.parked_reason === null
        ? null
        : {
            reason: row.parked_reason,
            by: row.parked_by,
            at: time(row.parked_at),
            until: row.parked_until === null ? null : shown(row.parked_until),
          },
    lane:
      row.lane === null
        ? null
        : {
            name: row.lane,
            breaker: row.breaker ?? 'closed',
            openUntil: row.breaker === 'open' && row.open_until ? shown(row.open_until) : null,
            notBefore: until(row.not_before),
            pausedReason: row.paused_reason,
            pausedBy: row.paused_by,
          },
  };
}

/** Everything that keeps an open exchange from going at this moment, its own reasons first. Times are steady. */
function holds(row: PositionRow, systems: Systems): HoldUntil[] {
  const held: HoldUntil[] = [];
  const hold = (why: Hold, until: number | null = null): void => void held.push({ why, until });
  if (row.state === 'sending') return [{ why: 'sending', until: null }];
  if (!OPEN.has(row.state)) return [];
  if (row.kind !== 'collapsing' && (row.version ?? 0) > row.sent_version) hold('its-snapshot');
  if (row.kind !== 'collapsing' && row.dead_before > 0) hold('dead-step');
  if (row.next_seq !== row.seq && held.length === 0) hold('earlier-exchange');
  if (row.owner !== null) hold('sending');
  if (row.parked_reason !== null) hold('parked', row.parked_until);
  const told = Math.max(row.told_until, row.not_before ?? 0);
  if (row.quiet_until > row.now) hold('quiet-time', row.quiet_until);
  if (row.quiet_until <= row.now && row.told_until <= row.now && row.due_at !== null && row.due_at > row.now)
    hold('not-due-yet', row.due_at);
  const system = systems.get(row.system);
  if (system?.adapter === undefined) hold('system-not-configured');
  if (row.paused_reason !== null) hold('lane-paused');
  if (row.breaker === 'open' && (row.open_until ?? 0) > row.now) hold('breaker-open', row.open_until);
  if (told > row.now) hold('told-to-wait', told);
  const windows = system?.lanes?.[row.lane_class as LaneClass]?.downtime ?? [];
  const downUntil = downtimeEnd(windows, row.at);
  if (downUntil !== undefined) hold('downtime', row.now + (downUntil - row.at));
  return held;
}
