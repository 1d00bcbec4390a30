import { createLoop, type Loop, type Turn } from '../loop.ts';
import type { Platform } from '../platform.ts';
import { type Engine, sql } from '../store/engine.ts';
import { whileLeased } from '../store/lease.ts';

const LEASE = 'sequencer';
const LEASE_MS = 10_000;
const BUSY_MS = 200;
const IDLE_MS = 1_000;
/** Events of this long are placed together, so that a busy store is not written for each. */
const GATHER_MS = 50;
/** Events that one batch places at most. */
const PLACED_AT_ONCE = 2_000;
/** Silent for longer than this, the process counts as unable to work. */
const SILENT_FOR_MS = 30_000;

/**
 * Gives events their position in the feed: consecutive, in the order of time and id, one process at a time. Only what
 * is committed gets a position, and later commits get later ones, so that a reader who has seen position n never
 * misses anything at or before n. To be woken when something was committed that may have raised an event.
 */
export function createSequencer(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  /** Names this process. */
  readonly owner: string;
  /** Told the position of the newest event whenever it has risen, whichever process placed it. */
  readonly placed: (head: number) => void;
  readonly failed: (error: unknown) => void;
}): Loop {
  const { engine, owner } = parts;
  let head = 0;

  async function turn({ mine }: Turn): Promise<number> {
    const seen = await look();
    let newest = seen.head ?? 0;
    let more = false;
    if (seen.waiting !== null && (await mine())) {
      const [rows = []] = await engine.batch([place(owner)]);
      const positions = rows.map((row) => Number(row.position));
      newest = Math.max(newest, ...positions);
      more = positions.length === PLACED_AT_ONCE;
    }
    if (newest <= head) return IDLE_MS;
    head = newest;
    parts.placed(head);
    return more ? 0 : BUSY_MS;
  }

  async function look(): Promise<{ readonly head: number | null; readonly waiting: string | null }> {
    const [seen] = await engine.all<{ head: number | null; waiting: string | null }>(
      sql(`select (select max(position) from event where position is not null) as head,
                  (select id from event where position is null limit 1) as waiting`),
    );
    return seen ?? { head: null, waiting: null };
  }

  return createLoop({
    ...parts,
    name: LEASE,
    lease: { engine, owner, forMs: LEASE_MS },
    turn,
    gapMs: GATHER_MS,
    silentForMs: SILENT_FOR_MS,
  });
}

const place = (owner: string) =>
  sql(
    `update event set position = w.place
       from (select e.id, (select coalesce(max(p.position), 0) from event p where p.position is not null) + row_number() over (order by e.at, e.id) as place
               from event e where e.position is null order by e.at, e.id limit ${PLACED_AT_ONCE}) w
      where event.id = w.id and event.position is null
        and ${whileLeased(LEASE, '?1')}
     returning position`,
    owner,
  );
