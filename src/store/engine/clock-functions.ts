import type { DatabaseSync } from 'node:sqlite';
import type { SteadyClock } from '../clock.ts';
import { type MovedClocks, presentOf } from './dialect.ts';

/** Instants as one statement sees them, milliseconds. */
interface Instants {
  at: number;
  now: number;
  horizon: number;
}

/**
 * Gives a connection the functions that `{at}`, `{now}` and `{atHorizon}` are on SQLite. Answers what is called before each
 * statement: while it runs time stands still, as SQLite's own does.
 */
export function withClocks(
  database: DatabaseSync,
  clocks: MovedClocks & { readonly clock?: Pick<SteadyClock, 'wall' | 'steady'> },
): () => void {
  const seen: Instants = { at: 0, now: 0, horizon: 0 };
  // Constant within a statement is what SQLite means by it.
  const constant = { deterministic: true };
  database.function('wall_ms', constant, () => seen.at);
  database.function('steady_ms', constant, () => seen.now);
  database.function('horizon_ms', constant, () => seen.horizon);
  const { clock } = clocks;
  const look = (): void => {
    const moved = presentOf(clocks);
    seen.at = moved.at ?? Math.trunc(clock?.wall() ?? Date.now());
    seen.now = moved.now ?? clock?.steady() ?? seen.at;
    seen.horizon = moved.atHorizon ?? seen.at;
  };
  look();
  return look;
}
