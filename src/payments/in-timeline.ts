import type { AlsoTold } from '../dossiers/views.ts';
import { type Engine, sql } from '../store/engine.ts';

/** Payments of a dossier that its timeline tells of at most, and states of each. */
const MOST = 1_000;

/** Where the payments of a dossier stood, one after the other, in its timeline. */
export const inTimeline =
  (engine: Pick<Engine, 'scan'>): AlsoTold =>
  async (code) => {
    const rows = await engine.scan<{
      id: string;
      method: string;
      code: string | null;
      at: number;
      from_state: string | null;
      to_state: string;
      actor: string;
    }>(
      sql(
        `select p.id, p.method, p.code, j.at, j.from_state, j.to_state, j.actor from payment p
           join journal j on j.id >= 'payment:' || p.id || ':' and j.id < 'payment:' || p.id || ';'
          where p.dossier = ?1 order by j.at, j.position limit ${MOST}`,
        code,
      ),
    );
    return rows.map((row) => ({
      ...{ at: row.at, kind: 'payment' as const, exchange: null, operation: row.method, seq: null, version: null },
      ...{ from: row.from_state, to: row.to_state, code: row.code, call: null, endedAt: null },
      ...{ actor: row.actor, payment: row.id },
    }));
  };
