import type { Queries, QueryAnswer } from '../delivery/sending/query.ts';
import { createLoop, type Loop } from '../loop.ts';
import { newId, type Platform } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { Engine } from '../store/engine.ts';
import { dropLease, heldLease, takeLease } from '../store/lease.ts';
import type { CatalogueKind } from './statements.ts';
import * as statements from './statements.ts';

export const PORTAL = 'national-portal';
/** A list older than this is fetched again, and is called stale until it was. */
export const FRESH_FOR_MS = 86_400_000;

const LISTS: readonly { readonly kind: CatalogueKind; readonly query: string }[] = [
  { kind: 'procedure', query: 'list-procedures' },
  { kind: 'agency', query: 'list-agencies' },
  { kind: 'field', query: 'list-fields' },
];
const LEASE = 'catalogue';
const LEASE_MS = 300_000;
/** A failed try is repeated after this, and somebody looks this often whether a list has grown old. */
const TRY_AGAIN_MS = 15 * 60_000;
/** Spreads the fetches of many provinces and of one province's processes. */
const JITTER_MS = 3_600_000;
const LONGEST_CALL_MS = 120_000;

export interface RefreshOutcome {
  readonly kind: CatalogueKind;
  /** `completed`, or why the list that was held stays. */
  readonly outcome: string;
  readonly entries: number;
}

export interface CatalogueParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly queries: Queries;
}

/**
 * Takes the portal's lists over. `force` fetches them all, otherwise only what has grown old; undefined where another
 * process is at it. A list that cannot be had, or comes empty, leaves the old one in place with its age.
 */
export async function refreshCatalogue(
  parts: CatalogueParts,
  force: boolean,
  stopped?: AbortSignal,
): Promise<readonly RefreshOutcome[] | undefined> {
  const { engine, platform } = parts;
  const random = platform.random();
  const wanted = async () => {
    const rows = await engine.all<statements.StateRow>(statements.states());
    return LISTS.filter(
      ({ kind }) =>
        force ||
        isDue(
          rows.find((row) => row.kind === kind),
          random,
        ),
    );
  };
  if ((await wanted()).length === 0) return [];
  // Of this one piece of work, so that the loop and a person's wish in one process exclude each other, too.
  const owner = newId(platform, 'catalogue');
  const [, held = []] = await engine.batch([takeLease(LEASE, owner, LEASE_MS), heldLease(LEASE, owner)]);
  if (held.length === 0) return undefined;
  try {
    const outcomes: RefreshOutcome[] = [];
    // Asked once more: another process may have fetched them meanwhile.
    for (const list of await wanted()) {
      // A refused login is not tried again for the next list: accounts get locked.
      if (stopped?.aborted || outcomes.at(-1)?.outcome === 'login-refused') break;
      outcomes.push(await refreshList(parts, list, stopped));
    }
    return outcomes;
  } finally {
    await engine.batch([dropLease(LEASE, owner)]);
  }
}

function isDue(state: statements.StateRow | undefined, random: number): boolean {
  if (state === undefined) return true;
  const fetchedAgo = state.at - (state.fetched_at ?? 0);
  const triedAgo = state.at - (state.tried_at ?? 0);
  if (state.fetched_at === null) return triedAgo >= TRY_AGAIN_MS;
  return fetchedAgo >= FRESH_FOR_MS - Math.floor(random * JITTER_MS) && triedAgo >= TRY_AGAIN_MS;
}

async function refreshList(
  { engine, platform, queries }: CatalogueParts,
  { kind, query }: (typeof LISTS)[number],
  stopped: AbortSignal | undefined,
): Promise<RefreshOutcome> {
  const stop = new AbortController();
  stopped?.addEventListener('abort', () => stop.abort(), { once: true });
  const cancel = platform.after(LONGEST_CALL_MS, () => stop.abort());
  const answer = await queries.run(PORTAL, query, {}, { signal: stop.signal, patienceMs: 30_000 }).finally(cancel);
  const found =
    answer.kind === 'completed' ? (answer.result as readonly { readonly code: string; readonly name: string }[]) : [];
  const byCode = new Map(found.map((entry) => [entry.code, entry]));
  if (byCode.size === 0) {
    const outcome = answer.kind === 'completed' ? 'empty' : reasonOf(answer);
    await engine.batch([statements.tried(kind, outcome, false)]);
    return { kind, outcome, entries: 0 };
  }
  await engine.batch(statements.replace(kind, [...byCode.values()], newId(platform, 't'), engine.limits));
  return { kind, outcome: 'completed', entries: byCode.size };
}

/** Why an answer brought nothing, as one stable word; never the words of the other side. */
export function reasonOf(answer: QueryAnswer): string {
  switch (answer.kind) {
    case 'not-sent':
    case 'unknown':
      return answer.reason;
    case 'held':
      return answer.why;
    default:
      return answer.kind;
  }
}

/** Fetches what is old now, then looks again from time to time. The work has a lease of its own, a person's wish takes it too. */
export function catalogueLoop(parts: CatalogueParts & Pick<RoomParts, 'failed'>): Loop {
  return createLoop({
    name: LEASE,
    platform: parts.platform,
    failed: parts.failed('the catalogues could not be refreshed'),
    turn: async ({ stopping }) => {
      await refreshCatalogue(parts, false, stopping);
      return TRY_AGAIN_MS + 1_000;
    },
  });
}
