import type { Platform } from '../platform.ts';
import { type Engine, sql } from '../store/engine.ts';
import { type StoreTrouble, storeTrouble } from '../store/trouble.ts';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Milliseconds since its last sign of life; null when that means nothing. */
  readonly ageMs: number | null;
  /** Why not, where it is known; null while it is well. */
  readonly reason: StoreTrouble | null;
}

type Store = Pick<Check, 'ok' | 'reason'>;

/** Whether this process can take work: the truth, asked when somebody wants to know. */
export interface Readiness {
  checks(): Promise<readonly Check[]>;
}

/** A part that works by itself and shows signs of life (dispatcher, sealer). */
export interface Heartbeat {
  readonly name: string;
  /** Age at which it counts as dead. */
  readonly limitMs: number;
  /** Steady ms of its last sign of life; null before the first. */
  lastAt(): number | null;
}

/** The store is asked anew after this long; health checks of several probers share one write. */
const STORE_CHECK_MS = 2_000;

export function createReadiness(parts: {
  readonly engine: Pick<Engine, 'batch'>;
  readonly platform: Platform;
  readonly heartbeats: readonly Heartbeat[];
  readonly draining: () => boolean;
}): Readiness {
  const { engine, platform, heartbeats, draining } = parts;
  const startedAt = platform.steady();
  let asked: { readonly at: number; readonly answer: Promise<Store> } | undefined;

  /** A real write, so that a full disk or a read-only file is seen before a client sees it. */
  async function storeTakesWrites(): Promise<Store> {
    try {
      await engine.batch([
        sql(
          `insert into meta (key, value) values ('readiness', cast({at} as text)) on conflict (key) do update set value = excluded.value`,
        ),
      ]);
      return { ok: true, reason: null };
    } catch (error) {
      return { ok: false, reason: storeTrouble(error) ?? null };
    }
  }

  return {
    checks: async () => {
      const now = platform.steady();
      if (asked === undefined || now - asked.at > STORE_CHECK_MS) asked = { at: now, answer: storeTakesWrites() };
      const store = await asked.answer;
      return [
        { name: 'accepting', ok: !draining(), ageMs: null, reason: null },
        { name: 'store', ...store, ageMs: null },
        ...heartbeats.map((heartbeat) => {
          const ageMs = Math.max(0, now - (heartbeat.lastAt() ?? startedAt));
          return { name: heartbeat.name, ok: ageMs <= heartbeat.limitMs, ageMs, reason: null };
        }),
      ];
    },
  };
}
