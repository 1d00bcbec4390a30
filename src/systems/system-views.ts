import type { LaneClass, LanePolicy } from '../../adapters/adapter.ts';
import { downtimeEnd } from '../delivery/rules/downtime.ts';
import { type LaneRow, type Lanes, laneName } from '../delivery/sending/lanes.ts';
import type { System, Systems } from '../delivery/systems.ts';
import { idFrom, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type BacklogRow, backlog, deliveredSince, lastDelivered, openCalls } from './backlog.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { LaneView, SystemView } from './system.ts';

export interface SystemViews {
  /** Every system, as it stood within the last second; `fresh` looks anew, after something was changed. */
  list(options?: { readonly fresh?: boolean }): Promise<SystemView[]>;
}

/** The rate is judged over this. */
const RATE_WINDOW_MS = 120_000;
/** Several who look at once share one look. */
const KEPT_MS = 1_000;
const CLASSES: readonly LaneClass[] = ['command', 'interactive', 'query'];

/** How the systems stand: what they can do, what holds them, what waits, since when, until when. */
export function createSystemViews(parts: {
  readonly engine: Engine;
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly platform: Platform;
}): SystemViews {
  const { engine, systems, lanes, platform } = parts;
  let kept: { readonly at: number; readonly views: Promise<SystemView[]> } | undefined;

  async function look(): Promise<SystemView[]> {
    const at = platform.wall();
    const now = platform.steady();
    const [open, calls, sent, laneRows] = await Promise.all([
      engine.scan<BacklogRow>(backlog()),
      engine.scan<{ lane: string; n: number }>(openCalls()),
      engine.scan<{ lane: string; n: number; last: number }>(deliveredSince(idFrom('call', at - RATE_WINDOW_MS))),
      lanes.read(),
    ]);
    return Promise.all(
      systems.all.map(async (system) => {
        const own = open.filter((row) => row.system === system.name);
        const mine = sent.filter((row) => row.lane.startsWith(`${system.name}/`));
        const last = Math.max(0, ...mine.map((row) => row.last)) || (await lastOf(system));
        return {
          name: system.name,
          title: system.title,
          configured: system.adapter !== undefined,
          capabilities: capabilitiesOf(system, systems),
          lanes: CLASSES.flatMap((laneClass) => {
            const row = laneRows.find((each) => each.name === laneName(system.name, laneClass));
            const policy = system.lanes?.[laneClass];
            const openNow = calls.find((each) => each.lane === row?.name)?.n ?? 0;
            return row === undefined || policy === undefined
              ? []
              : [laneView(row, laneClass, policy, openNow, { at, now })];
          }),
          ...standing(
            own,
            mine.reduce((sum, row) => sum + row.n, 0),
            last,
            at,
          ),
        };
      }),
    );
  }

  async function lastOf(system: System): Promise<number | null> {
    if (system.adapter === undefined) return null;
    const [row] = await engine.scan<{ last: number | null }>(lastDelivered(laneName(system.name, 'command')));
    return row?.last ?? null;
  }

  return {
    list({ fresh = false } = {}) {
      const now = platform.steady();
      if (fresh || kept === undefined || now - kept.at >= KEPT_MS) {
        const views = look();
        kept = { at: now, views };
        views.catch(() => {
          if (kept?.views === views) kept = undefined;
        });
      }
      return kept.views;
    },
  };
}

function standing(
  rows: readonly BacklogRow[],
  deliveredInWindow: number,
  lastDeliveredAt: number | null,
  at: number,
): Pick<SystemView, 'backlog' | 'freshness' | 'estimate'> {
  const count = (state: string): number => rows.find((row) => row.state === state)?.n ?? 0;
  const moving = ['pending', 'sending', 'retrying', 'uncertain'];
  const waiting = moving.reduce((sum, state) => sum + count(state), 0);
  const oldest = rows
    .filter((row) => moving.includes(row.state))
    .reduce<number | null>(
      (least, row) => (row.oldest === null ? least : Math.min(least ?? row.oldest, row.oldest)),
      null,
    );
  const perSecond = deliveredInWindow / (RATE_WINDOW_MS / 1000);
  return {
    backlog: {
      waiting,
      pending: count('pending'),
      sending: count('sending'),
      retrying: count('retrying'),
      uncertain: count('uncertain'),
      parked: count('parked'),
      dead: count('dead'),
      rejected: count('rejected'),
    },
    freshness: {
      oldestWaitingAt: oldest,
      oldestWaitingAgeSeconds: oldest === null ? null : Math.max(0, Math.floor((at - oldest) / 1000)),
      lastDeliveredAt,
    },
    estimate: {
      deliveredPerSecond: Math.round(perSecond * 100) / 100,
      clearAt: clearAt(at, waiting, perSecond),
    },
  };
}

function laneView(
  row: LaneRow,
  laneClass: LaneClass,
  policy: LanePolicy,
  openNow: number,
  { at, now }: { readonly at: number; readonly now: number },
): LaneView {
  const downUntil = downtimeEnd(policy.downtime, at);
  const breakerOpen = row.breaker === 'open';
  const silent = row.not_before > now;
  return {
    name: row.name,
    class: laneClass,
    state:
      row.paused_reason !== null
        ? 'paused'
        : breakerOpen
          ? 'breaker-open'
          : downUntil !== undefined
            ? 'downtime'
            : silent
              ? 'slowed-down'
              : 'open',
    breaker: {
      state: row.breaker,
      cause: row.breaker_cause,
      openedAt: row.opened_at,
      openUntil: breakerOpen ? row.open_until : null,
    },
    paused:
      row.paused_reason === null
        ? null
        : { by: row.paused_by ?? '', reason: row.paused_reason, at: row.paused_at ?? 0 },
    notBefore: silent ? row.not_before : null,
    ratePerSecond: row.rate,
    policyRatePerSecond: row.policy_rate,
    concurrency: policy.concurrency,
    openCalls: openNow,
    downtime: {
      windows: policy.downtime.map(({ days, from, to }) => ({ days: [...days], from, to })),
      until: downUntil ?? null,
    },
  };
}

/** When the last of those that wait will have gone at this rate; null where nothing goes. */
function clearAt(at: number, waiting: number, perSecond: number): number | null {
  if (waiting === 0) return at;
  return perSecond === 0 ? null : Math.round(at + (waiting / perSecond) * 1000);
}
