import type { AgencyListed, FieldListed, ProcedureDetail, ProcedureListed } from '../../contracts/domain/catalogue.ts';
import { folded } from '../../contracts/domain/text.ts';
import type { QueryAnswer } from '../delivery/sending/query.ts';
import { newId } from '../platform.ts';
import { isLonger } from '../store/limits.ts';
import {
  type CatalogueParts,
  FRESH_FOR_MS,
  PORTAL,
  type RefreshOutcome,
  reasonOf,
  refreshCatalogue,
} from './refresh.ts';
import * as statements from './statements.ts';

/** How far an answer may be trusted to be what the nation shows now. Times are epoch milliseconds. */
export interface Freshness {
  readonly state: 'fresh' | 'stale' | 'never-fetched';
  readonly fetchedAt: number | null;
  readonly ageSeconds: number | null;
  readonly lastTriedAt: number | null;
  /** `completed`, or why the last try failed. */
  readonly lastOutcome: string | null;
}

interface Listed {
  readonly procedure: ProcedureListed;
  readonly agency: AgencyListed;
  readonly field: FieldListed;
}
export interface CatalogueFilter<Item> {
  /** Words that name or code must hold, whatever their accents. */
  readonly q: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
  readonly only?: (item: Item) => boolean;
}
export interface CatalogueAnswer<Item> {
  /** One more than `limit` where a page follows. */
  readonly items: readonly Item[];
  readonly freshness: Freshness;
}
export type DetailAnswer =
  | {
      readonly kind: 'found';
      readonly procedure: ProcedureDetail;
      readonly fetchedAt: number;
      readonly freshness: Freshness;
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-had'; readonly answer: QueryAnswer };

/** The national portal's catalogues as this gateway holds them: served from the store, whatever the portal does. */
export interface Catalogue {
  list<Kind extends statements.CatalogueKind>(
    kind: Kind,
    filter: CatalogueFilter<Listed[Kind]>,
  ): Promise<CatalogueAnswer<Listed[Kind]>>;
  /** Asks the portal where what is held is missing or older than a day; what is held is better than nothing. */
  procedure(code: string): Promise<DetailAnswer>;
  /** Fetches every list now. Undefined where another process is at it. */
  refresh(): Promise<readonly RefreshOutcome[] | undefined>;
}

interface Held {
  readonly fetchedAt: number | null;
  readonly entries: readonly { readonly item: { readonly code: string }; readonly text: string }[];
}
const UNKNOWN_CODES_AT_MOST = 1_000;
const UNKNOWN_FOR_MS = 600_000;
/** A person waits for a single procedure. */
const LONGEST_QUESTION_MS = 20_000;

export function createCatalogue(parts: CatalogueParts): Catalogue {
  const { engine, platform, queries } = parts;
  const held = new Map<statements.CatalogueKind, Held>();
  const asked = new Map<string, Promise<QueryAnswer>>();
  /** Codes that the portal did not know lately, so that nobody can make us ask for nothing all day. */
  const unknownCodes = new Map<string, number>();

  /** A list of a few thousand names is searched in memory; the store says when it changed. */
  async function heldList(kind: statements.CatalogueKind, fetchedAt: number | null): Promise<Held> {
    const known = held.get(kind);
    if (known !== undefined && known.fetchedAt === fetchedAt) return known;
    const rows = await engine.scan<statements.EntryRow>(statements.entries(kind));
    const list = {
      fetchedAt,
      entries: rows.map((row) => ({
        item: JSON.parse(row.detail) as { readonly code: string },
        text: folded(`${row.code} ${row.name}`),
      })),
    };
    held.set(kind, list);
    return list;
  }

  /** One question at a time for a code, whoever asks; it does not end when one of those who wait goes away. */
  function ask(code: string): Promise<QueryAnswer> {
    const known = asked.get(code);
    if (known !== undefined) return known;
    const stop = new AbortController();
    const cancel = platform.after(LONGEST_QUESTION_MS, () => stop.abort());
    const asking = queries
      .run(PORTAL, 'get-procedure', { code }, { signal: stop.signal, patienceMs: 3_000 })
      .finally(() => {
        cancel();
        asked.delete(code);
      });
    asked.set(code, asking);
    return asking;
  }

  return {
    async list(kind, filter) {
      const state = (await engine.all<statements.StateRow>(statements.states())).find((row) => row.kind === kind);
      const list = await heldList(kind, state?.fetched_at ?? null);
      const words = folded(filter.q ?? '')
        .split(' ')
        .filter((word) => word !== '');
      const items: Listed[typeof kind][] = [];
      for (const entry of list.entries) {
        if (items.length > filter.limit) break;
        if (filter.after !== undefined && entry.item.code <= filter.after) continue;
        const item = entry.item as Listed[typeof kind];
        if (words.every((word) => entry.text.includes(word)) && (filter.only?.(item) ?? true)) items.push(item);
      }
      return { items, freshness: freshnessOf(state, platform.wall()) };
    },
    async procedure(code) {
      const [row] = await engine.all<statements.EntryRow & { readonly at: number }>(statements.detailOf(code));
      const fresh = row !== undefined && row.at - row.fetched_at < FRESH_FOR_MS;
      let answer: QueryAnswer | undefined;
      if (!fresh) {
        if (platform.steady() - (unknownCodes.get(code) ?? Number.NEGATIVE_INFINITY) < UNKNOWN_FOR_MS)
          return { kind: 'not-found' };
        answer = await ask(code);
        if (answer.kind === 'completed') {
          const procedure = answer.result as ProcedureDetail | null;
          if (procedure === null) {
            if (unknownCodes.size >= UNKNOWN_CODES_AT_MOST) unknownCodes.clear();
            unknownCodes.set(code, platform.steady());
            return { kind: 'not-found' };
          }
          const text = JSON.stringify(procedure);
          // One that the store cannot take is told all the same; it is asked about again the next time.
          if (!isLonger(text, engine.limits.textBytes))
            await engine.batch([statements.keepDetail(code, procedure.name, text, newId(platform, 't'))]);
          return detail(procedure, platform.wall(), platform.wall(), platform.wall(), 'completed');
        }
      }
      if (row === undefined) return { kind: 'not-had', answer: answer ?? { kind: 'not-configured' } };
      const triedAt = answer === undefined ? row.fetched_at : platform.wall();
      const outcome = answer === undefined ? 'completed' : reasonOf(answer);
      return detail(JSON.parse(row.detail) as ProcedureDetail, row.fetched_at, row.at, triedAt, outcome);
    },
    refresh: () => refreshCatalogue(parts, true),
  };
}

function detail(
  procedure: ProcedureDetail,
  fetchedAt: number,
  at: number,
  triedAt: number,
  outcome: string,
): DetailAnswer {
  const freshness = freshnessOf({ kind: '', fetched_at: fetchedAt, tried_at: triedAt, outcome, at }, at);
  return { kind: 'found', procedure, fetchedAt, freshness };
}

function freshnessOf(state: statements.StateRow | undefined, processAt: number): Freshness {
  const at = state?.at ?? processAt;
  const fetchedAt = state?.fetched_at ?? null;
  const ageMs = fetchedAt === null ? null : Math.max(0, at - fetchedAt);
  return {
    state: ageMs === null ? 'never-fetched' : ageMs < FRESH_FOR_MS ? 'fresh' : 'stale',
    fetchedAt: fetchedAt,
    ageSeconds: ageMs === null ? null : Math.floor(ageMs / 1000),
    lastTriedAt: state?.tried_at ?? null,
    lastOutcome: state?.outcome ?? null,
  };
}
