import { sql as raw } from 'kysely';
import type { InboundState } from '../../contracts/domain/inbound.ts';
import { revealed } from '../crypto/revealed.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Platform } from '../platform.ts';
import { type Engine, type Statement, sql } from '../store/engine.ts';
import { queryCompiler, statementOf } from '../store/query.ts';

/** A message of a system without any person in it. Times are epoch milliseconds. */
export interface InboundSummary {
  readonly id: string;
  readonly system: string;
  readonly path: string;
  readonly type: string;
  readonly ref: string | null;
  readonly state: InboundState;
  /** How the sender was checked. */
  readonly verifier: string;
  readonly receivedAt: number;
  readonly actedAt: number | null;
  readonly repeats: number;
}
export interface InboundView extends InboundSummary {
  readonly erasedAt: number | null;
  /** Null where it was not asked for. */
  readonly content: unknown;
}

export interface InboundFilter {
  readonly system: string | undefined;
  readonly states: readonly InboundState[] | undefined;
  /** The id that the page before ended with. */
  readonly before: string | undefined;
  readonly limit: number;
}

/** What systems sent us, to be looked at. */
export interface InboundViews {
  /** The newest first; one more than `limit` where a page follows. No personal datum in it. */
  list(filter: InboundFilter): Promise<InboundSummary[]>;
  /** Without its content. */
  find(id: string): Promise<InboundView | undefined>;
  /** With its content; the journal has who and why before the reader has it. */
  reveal(id: string, actor: string, purpose: string): Promise<InboundView | 'erased' | undefined>;
}

interface SummaryRow {
  readonly id: string;
  readonly system: string;
  readonly path: string;
  readonly type: string;
  readonly ref: string | null;
  readonly state: string;
  readonly verifier: string;
  readonly received_at: number;
  readonly acted_at: number | null;
  readonly repeats: number;
}
interface ViewRow extends SummaryRow {
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly purged_at: number | null;
  readonly raw: string | null;
}
const SUMMARY = [
  ...(['id', 'system', 'path', 'type', 'ref', 'state', 'verifier', 'received_at', 'acted_at', 'repeats'] as const),
] as const;
const db = queryCompiler<{ inbound: SummaryRow }>();

export function createInboundViews(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
}): InboundViews {
  const { engine, vault, platform } = parts;
  const read = async (id: string): Promise<ViewRow | undefined> =>
    (
      await engine.all<ViewRow>(
        sql(
          `select ${SUMMARY.map((column) => `i.${column}`).join(', ')}, i.subject, u.salt, u.epoch, u.purged_at, i.raw
             from inbound i join subject u on u.id = i.subject where i.id = ?1`,
          id,
        ),
      )
    )[0];

  return {
    list: async (filter) => (await engine.scan<SummaryRow>(page(filter))).map(summaryOf),
    find: async (id) => {
      const row = await read(id);
      return row && viewOf(row, null);
    },
    reveal: async (id, actor, purpose) => {
      const row = await read(id);
      if (row === undefined) return undefined;
      if (row.salt === null || row.raw === null) return 'erased';
      const subject = { id: row.subject, salt: row.salt, epoch: row.epoch };
      const [text] = await vault.open([{ subject, purpose: 'inbound.raw', row: row.id, sealed: row.raw }]);
      if (text === undefined) return 'erased';
      await engine.batch([revealed(platform, { ref: id, actor, purpose })]);
      return viewOf(row, JSON.parse(text));
    },
  };
}

function page({ system, states, before, limit }: InboundFilter): Statement {
  let query = db.selectFrom('inbound').select([...SUMMARY]);
  if (system !== undefined) query = query.where('system', '=', system);
  if (states !== undefined) query = query.where('state', 'in', [...states]);
  if (before !== undefined) query = query.where('id', '<', before);
  // Said as the index says it: what was acted on is nearly all there is, and is not in it.
  if (states !== undefined && !states.includes('acted')) query = query.where(raw<boolean>`state <> 'acted'`);
  return statementOf(query.orderBy('id', 'desc').limit(limit + 1));
}

const summaryOf = (row: SummaryRow): InboundSummary => ({
  id: row.id,
  system: row.system,
  path: row.path,
  type: row.type,
  ref: row.ref,
  state: row.state as InboundState,
  verifier: row.verifier,
  receivedAt: row.received_at,
  actedAt: row.acted_at,
  repeats: row.repeats,
});

const viewOf = (row: ViewRow, content: unknown): InboundView => ({
  ...summaryOf(row),
  erasedAt: row.purged_at,
  content,
});
