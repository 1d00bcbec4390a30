import { type Engine, type Statement, sql } from '../store/engine.ts';

/** So many new entries are looked through by a search in a few milliseconds, and share pages when they are sorted in. */
const WAIT_FOR = 20_000;

/** Where the index is cut: hashes are base64url, each of the 64 characters equally often their first. */
const CUTS = ['', ...'258BEHKNQTWZbehknqtwz'];

/** Whether so many entries are new that sorting them in is worth it. */
export async function isWorthSorting(engine: Pick<Engine, 'all'>, waitFor = WAIT_FOR): Promise<boolean> {
  const counted = sql('select count(*) as n from (select 1 as one from blind_index_new limit ?1) l', waitFor);
  const [row] = await engine.all<{ n: number }>(counted);
  return (row?.n ?? 0) >= waitFor;
}

/**
 * Sorts new entries of the blind index in, a stretch of it a commit: where they go one by one they land anywhere, and
 * each is a page of its own to be written. Stopped in the middle, the next time goes on.
 */
export async function sortIn(engine: Pick<Engine, 'batch'>, stopping?: AbortSignal): Promise<void> {
  for (const [place, from] of CUTS.entries()) {
    if (stopping?.aborted) return;
    await engine.batch(stretch(from, CUTS[place + 1] ?? null));
  }
}

/**
 * Entries from one hash to before another. Each is sorted in under the lock of its subject's row, which an erasure holds
 * too: it comes before, and nothing of it is sorted in, or after, and finds it.
 */
function stretch(from: string, to: string | null): Statement[] {
  const within = `n.hash >= ?1 and (cast(?2 as text) is null or n.hash < ?2)`;
  return [
    sql(
      `insert into blind_index (hash, subject) select n.hash, n.subject from blind_index_new n join subject s on s.id = n.subject
        where s.salt is not null and ${within} order by s.id, n.hash {lockRows}
       on conflict (hash, subject) do nothing`,
      from,
      to,
    ),
    // What came with an erasure, before or after it, stands for nobody.
    sql(
      `delete from blind_index_new where (subject, hash) in (select n.subject, n.hash from blind_index_new n
         where ${within} and exists (select 1 from subject s where s.id = n.subject and s.salt is null))`,
      from,
      to,
    ),
    // What came in between stays for the next time.
    sql(
      `delete from blind_index_new where (subject, hash) in (select n.subject, n.hash from blind_index_new n
         join blind_index b on b.hash = n.hash and b.subject = n.subject where ${within})`,
      from,
      to,
    ),
  ];
}
