import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What a killed process left in its store: where in its work it was when it died. */
export interface Remains {
  /** Streams held. */
  readonly claimed: number;
  /** Of these, with a state and its steps in hand. */
  readonly twoInHand: number;
  /** Sends that have begun and were not settled: which dossier, since when. */
  readonly openSends: readonly { readonly key: string; readonly startedAt: number }[];
}

/** Looks at a copy, so that the killed process's file meets its successor exactly as it was left. */
export function remainsOf(databaseFile: string): Remains {
  return onCopy(databaseFile, (database) => {
    const held = database
      .prepare(
        `select s.key, (select count(*) from exchange y where y.stream = s.id and y.state = 'sending') as in_hand,
                (select min(a.started_at) from exchange x join attempt a on a.exchange = x.id and a.ended_at is null
                         where x.stream = s.id and x.state = 'sending') as started_at
           from stream s where s.owner is not null`,
      )
      .all() as { key: string; in_hand: number; started_at: number | null }[];
    const openSends = held.flatMap(({ key, started_at }) =>
      started_at === null ? [] : [{ key, startedAt: started_at }],
    );
    return { claimed: held.length, twoInHand: held.filter(({ in_hand }) => in_hand > 1).length, openSends };
  });
}

/** What is left open in a store; all zero after a clean stop with nothing under way. */
export interface LeftOpen {
  readonly streamsHeld: number;
  readonly leases: number;
  readonly sending: number;
  readonly openCalls: number;
  readonly openAttempts: number;
  readonly uncertain: number;
}

export const leftOpen = (databaseFile: string): LeftOpen =>
  onCopy(databaseFile, (database) => {
    const count = (from: string): number =>
      Number(database.prepare(`select count(*) as n from ${from}`).get()?.n ?? Number.NaN);
    return {
      streamsHeld: count('stream where owner is not null'),
      leases: count(`lease where until > cast(unixepoch('subsec') * 1000 as integer)`),
      sending: count(`exchange where state = 'sending'`),
      openCalls: count('call where ended_at is null'),
      openAttempts: count('attempt where ended_at is null'),
      uncertain: count(`exchange where state = 'uncertain'`),
    };
  });

function onCopy<Value>(databaseFile: string, look: (database: DatabaseSync) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-remains-'));
  try {
    const copy = join(folder, 'copy.db');
    for (const ending of ['', '-wal'])
      if (existsSync(`${databaseFile}${ending}`)) copyFileSync(`${databaseFile}${ending}`, `${copy}${ending}`);
    const database = new DatabaseSync(copy);
    try {
      return look(database);
    } finally {
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
