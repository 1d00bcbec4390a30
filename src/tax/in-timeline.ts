import type { AlsoTold } from '../dossiers/views.ts';
import { type Engine, sql } from '../store/engine.ts';

/** What the timeline of a dossier tells of its taxes at most. */
const MOST = 1_000;

const linesOf = (prefix: string, what: string, table: string): string =>
  `select j.at, j.position, ${what} as operation, ${prefix === 'tax-slip' ? 't.exchange' : 'null'} as exchange, j.from_state, j.to_state, j.actor from ${table} t
     join journal j on j.id >= '${prefix}:' || t.id || ':' and j.id < '${prefix}:' || t.id || ';' where t.dossier = ?1`;

/** How the slips, dues and proofs of a dossier stood, one after the other, in its timeline. */
export const inTimeline =
  (engine: Pick<Engine, 'scan'>): AlsoTold =>
  async (code) => {
    const rows = await engine.scan<{
      at: number;
      operation: string;
      exchange: string | null;
      from_state: string | null;
      to_state: string;
      actor: string;
    }>(
      sql(
        `select at, operation, exchange, from_state, to_state, actor from (
           ${linesOf('tax-slip', `'transfer-slip'`, 'tax_slip')} union all
           ${linesOf('tax', 't.kind', 'tax_due')} union all
           ${linesOf('tax-proof', `'tax-receipt'`, 'tax_proof')}) l order by at, position limit ${MOST}`,
        code,
      ),
    );
    return rows.map((row) => ({
      ...{ at: row.at, kind: 'tax' as const, exchange: row.exchange, operation: row.operation, seq: null },
      ...{ version: null, from: row.from_state, to: row.to_state, code: null, call: null, endedAt: null },
      ...{ actor: row.actor, payment: null },
    }));
  };
