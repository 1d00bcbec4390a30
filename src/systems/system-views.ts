import type { LaneClass, LanePolicy } from '../../adapters/adapter.ts';
import { readWords } from '../crypto/kept-words.ts';
import type { Vault } from '../crypto/vault.ts';
import { deliveredSince } from '../delivery/counting.ts';
import { downtimeEnd } from '../delivery/rules/downtime.ts';
import { type LaneRow, type Lanes, laneName } from '../delivery/sending/lanes.ts';
import type { Systems } from '../delivery/systems.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { type Backlog, openCalls, readBacklog } from './backlog.ts';
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
  readonly vault: Pick<Vault, 'openOwn'>;
}): SystemViews {
  const { engine, systems, lanes, platform } = parts;
  let kept: { readonly at: number; readonly views: Promise<SystemView[]> } | undefined;

  async function look(): Promise<SystemView[]> {
    const at = platform.wall();
    const now = platform.steady();
    const [open, calls, sent, laneRows] = await Promise.all([
      readBacklog(engine),
      engine.scan<{ lane: string; n: number }>(openCalls()),
      engine.scan<{ system: string; n: number }>(deliveredSince(at - RATE_WINDOW_MS)),
      lanes.read(),
    ]);
    const reasons = await readWords(
      parts.vault,
      [{ column: 'lane.paused_reason' }],
      laneRows.map(({ paused_reason: reason }) => reason),
    );
    const rows = laneRows.map((row, index) => ({ ...row, paused_reason: reasons[index] ?? null }));
    return systems.all.map((system) => {
      const shown = CLASSES.flatMap((laneClass) => {
        const row = rows.find((each) => each.name === laneName(system.name, laneClass));
        const policy = system.lanes?.[laneClass];
        const openNow = calls.find((each) => each.lane === row?.name)?.n ?? 0;
        return row === undefined || policy === undefined
          ? []
          : [laneView(row, laneClass, policy, openNow, { at, now })];
      });
      return {
        name: system.name,
        title: system.title,
        configured: system.adapter !== undefined,
        capabilities: capabilitiesOf(system, systems),
        lanes: shown,
        ...standing(system.name, open, sent.find((row) => row.system === system.name)?.n ?? 0, {
          ...{ at, now },
          lanes: shown,
        }),
      };
    });
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
  system: string,
  { rows, oldest: oldestOf, parked, lastDue, lastDelivered }: Backlog,
  deliveredInWindow: number,
  { at, now, lanes }: { readonly at: number; readonly now: number; readonly lanes: readonly LaneView[] },
): Pick<SystemView, 'backlog' | 'freshness' | 'estimate'> {
  const own = rows.filter((row) => row.system === system);
  const count = (state: string): number => own.reduce((sum, row) => sum + (row.state === state ? row.n : 0), 0);
  const waiting = ['pending', 'sending', 'retrying', 'uncertain'].reduce((sum, state) => sum + count(state), 0);
  const oldest = oldestOf.get(system) ?? null;
  const perSecond = deliveredInWindow / (RATE_WINDOW_MS / 1000);
  return {
    backlog: {
      waiting,
      pending: count('pending'),
      sending: count('sending'),
      retrying: count('retrying'),
      uncertain: count('uncertain'),
      parked: parked.get(system) ?? 0,
      dead: count('dead'),
      rejected: count('rejected'),
    },
    freshness: {
      oldestWaitingAt: oldest,
      oldestWaitingAgeSeconds: oldest === null ? null : Math.max(0, Math.floor((at - oldest) / 1000)),
      lastDeliveredAt: lastDelivered.get(system) || null,
    },
    estimate: {
      deliveredPerSecond: Math.round(perSecond * 100) / 100,
      clearAt: clearAt(at, waiting, perSecond, { lastDueMs: (lastDue.get(system) ?? now) - now, lanes }),
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
  // What lasts is steady: people read it on the wall.
  const shown = (ms: number): number => at + (ms - now);
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
      openUntil: breakerOpen ? shown(row.open_until) : null,
    },
    paused:
      row.paused_reason === null
        ? null
        : { by: row.paused_by ?? '', reason: row.paused_reason, at: row.paused_at ?? 0 },
    notBefore: silent ? shown(row.not_before) : null,
    told:
      row.hint_until > now
        ? { until: shown(row.hint_until), reason: row.hint_reason ?? '', askedMs: row.hint_ms }
        : null,
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

/**
 * When the last of those that wait will have gone at this rate: not before the last of them falls due, and not before its
 * lanes may send. Null where nothing goes: at no rate, or in a pause that nobody knows the end of.
 */
function clearAt(
  at: number,
  waiting: number,
  perSecond: number,
  { lastDueMs, lanes }: { readonly lastDueMs: number; readonly lanes: readonly LaneView[] },
): number | null {
  if (waiting === 0) return at;
  const sending = lanes.filter((lane) => lane.class !== 'query');
  if (perSecond === 0 || sending.some(({ paused }) => paused !== null)) return null;
  const begins = sending.flatMap(({ breaker, notBefore, downtime }) => [
    ...[breaker.openUntil, notBefore, downtime.until].filter((time) => time !== null),
  ]);
  // Those that a lane holds go at this rate from then on; one that falls due later goes then.
  return Math.round(Math.max(Math.max(at, ...begins) + (waiting / perSecond) * 1000, at + lastDueMs));
}
