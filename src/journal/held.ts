import type { HeldTable, ReferenceKind } from '../chronicle/journalled.ts';
import type { Engine } from '../store/engine.ts';
import * as statements from './held-statements.ts';
import type { Digest } from './line.ts';

/** A row of the store that says something else than the journal. */
export interface Difference {
  readonly table: string;
  /** The reference of its lines, or its dossier code. */
  readonly ref: string;
  readonly detail: string;
}
/** A further comparison of what the store says, told row by row. */
export type Comparison = (
  engine: Pick<Engine, 'scan'>,
  differs: (table: string, ref: string, detail: string) => void,
) => Promise<void>;

export interface HeldAgainst {
  readonly count: number;
  /** The first of them, at most `SHOWN`. */
  readonly first: readonly Difference[];
}

const A_PAGE = 500;
/** Sealed contents may be large. */
const SEALED_A_PAGE = 20;
const SHOWN = 20;

interface HeldRow {
  readonly id: string;
  readonly ref: string;
  readonly state: string;
  readonly hash: string | null;
  readonly said: string | null;
  readonly first_hash: string | null;
}

/**
 * Holds the store against its journal: the state of each row that the journal names, rows that no line began or that are
 * gone, and sealed contents against the hashes in their lines. In pages: memory does not grow with the store. May run
 * while the server works: each row and its lines are read at one moment. It proves nothing by itself: the journal has
 * to be sound.
 */
export async function holdAgainst(
  engine: Pick<Engine, 'scan'>,
  {
    digest,
    journalled: { kinds, held },
    also = [],
  }: {
    readonly digest: Digest;
    /** What is held against the journal. What is not among it is not covered: `docs/operations.md` lists it. */
    readonly journalled: { readonly kinds: readonly ReferenceKind[]; readonly held: readonly HeldTable[] };
    readonly also?: readonly Comparison[];
  },
): Promise<HeldAgainst> {
  const first: Difference[] = [];
  let count = 0;
  const differs = (table: string, ref: string, detail: string): void => {
    count += 1;
    if (count <= SHOWN) first.push({ table, ref, detail });
  };

  for (const each of held) {
    for (let after = ''; ; ) {
      const rows = await engine.scan<HeldRow>(statements.held(each, after, A_PAGE));
      for (const row of rows) {
        const detail = row.said === null && each.mayBeUnsaid ? undefined : otherThanSaid(row, kinds);
        if (detail !== undefined) differs(each.table, row.ref, detail);
      }
      if (rows.length < A_PAGE) break;
      after = rows.at(-1)?.id ?? '';
    }
    for (let after = 0; each.stays !== undefined; ) {
      const rows = await engine.scan<{ position: number; ref: string }>(statements.gone(each, after, A_PAGE));
      for (const { ref } of rows) differs(each.table, ref, 'the journal began it, and it is not there');
      if (rows.length < A_PAGE) break;
      after = Number(rows.at(-1)?.position);
    }
  }

  for (let after = ''; ; ) {
    const rows = await engine.scan<Sealed>(statements.payloads(after, SEALED_A_PAGE));
    await compare('exchange_payload', rows);
    if (rows.length < SEALED_A_PAGE) break;
    after = rows.at(-1)?.ref ?? '';
  }
  for (let [subject, version] = ['', 0]; ; ) {
    const rows = await engine.scan<Sealed & { subject: string; version: number }>(
      statements.bodies(subject, version, SEALED_A_PAGE),
    );
    await compare('dossier_body', rows);
    const last = rows.at(-1);
    if (rows.length < SEALED_A_PAGE || last === undefined) break;
    [subject, version] = [last.subject, Number(last.version)];
  }
  for (let after = ''; ; ) {
    const rows = await engine.scan<{ ref: string; version: number; newest: number | null }>(
      statements.versions(after, A_PAGE),
    );
    for (const { ref, version, newest } of rows)
      differs('dossier', ref, `its version is ${version}, its newest content ${newest ?? 'none'}`);
    if (rows.length < A_PAGE) break;
    after = rows.at(-1)?.ref ?? '';
  }
  for (let after = ''; ; ) {
    const rows = await engine.scan<Tried>(statements.attempts(after, A_PAGE));
    for (const row of rows) {
      const detail = attemptsMissing(row);
      if (detail !== undefined) differs('attempt', row.ref, detail);
    }
    if (rows.length < A_PAGE) break;
    after = rows.at(-1)?.ref ?? '';
  }
  for (let [exchange, n] = ['', 0]; ; ) {
    const rows = await engine.scan<{ exchange: string; n: number; call: string }>(
      statements.lostCalls(exchange, n, A_PAGE),
    );
    for (const row of rows) differs('call', row.exchange, `the call of its attempt ${row.n}, ${row.call}, is gone`);
    const last = rows.at(-1);
    if (rows.length < A_PAGE || last === undefined) break;
    [exchange, n] = [last.exchange, Number(last.n)];
  }
  for (let after = 0; ; ) {
    const rows = await engine.scan<{ position: number; ref: string }>(statements.lostEvents(after, A_PAGE));
    for (const { ref, position } of rows)
      differs('event', ref, `the event at position ${position - 1}, before it, is gone`);
    if (rows.length < A_PAGE) break;
    after = Number(rows.at(-1)?.position);
  }
  const [feed] = await engine.scan<{ newest: number; noted: string | null }>(statements.feed());
  if (feed !== undefined && Number(feed.noted ?? 0) > Number(feed.newest))
    differs('event', statements.FEED, `the events behind position ${feed.newest}, up to ${feed.noted}, are gone`);
  for (const comparison of also) await comparison(engine, differs);
  return { count, first };

  async function compare(table: string, rows: readonly Sealed[]): Promise<void> {
    const hashes = await digest(rows.map(({ sealed }) => sealed));
    for (const [at, { ref, hash, version }] of rows.entries())
      if (hash !== null && hash !== hashes[at])
        differs(
          table,
          ref ?? 'no dossier',
          `its sealed content${version === undefined ? '' : ` of version ${version}`} is not the one that the journal holds the hash of`,
        );
  }
}

interface Sealed {
  readonly ref: string | null;
  readonly sealed: string;
  readonly hash: string | null;
  readonly version?: number;
}

interface Tried {
  readonly ref: string;
  readonly state: string;
  readonly tried: number;
  readonly held: number;
  readonly newest: number;
  /** The id of the line that settled the newest attempt; one of before version 0.5 does not end in its number. */
  readonly settled: string | null;
}

/** They are numbered from 1 without a gap, and the line that settles an exchange ends in the number of the newest. */
function attemptsMissing({ state, tried, held, newest, settled }: Tried): string | undefined {
  const last = Math.max(newest, Number(settled?.split(':')[2] ?? 0));
  if (Number(held) < last) return `of its ${last} attempts ${held} are there`;
  return state === 'delivered' && tried > 0 && last === 0 ? 'none of its attempts is there' : undefined;
}

function otherThanSaid(
  { ref, state, hash, said, first_hash }: HeldRow,
  kinds: readonly ReferenceKind[],
): string | undefined {
  if (said === null) return 'no line of the journal began it';
  if (hash !== null && hash !== first_hash) return 'its payload_hash is not the one in its first line';
  if (said === state || kinds.find(({ prefix }) => ref.startsWith(prefix))?.isUnwritten?.(said, state) === true)
    return undefined;
  return `it is ${state}, but the journal says ${said}`;
}
