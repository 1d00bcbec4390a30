import type { AlsoTold } from '../dossiers/views.ts';
import { type Engine, sql } from '../store/engine.ts';

/** What the timeline of a dossier tells of the land system at most. */
const MOST = 1_000;

/** Where a dossier stood at the land system, what it was told, and what it said, in its timeline. */
export const inTimeline =
  (engine: Pick<Engine, 'scan'>): AlsoTold =>
  async (code) => {
    const lines = await engine.scan<{ at: number; from_state: string | null; to_state: string; actor: string }>(
      sql(
        `select j.at, j.from_state, j.to_state, j.actor from land_dossier l
           join journal j on j.id >= 'land:' || l.code || ':' and j.id < 'land:' || l.code || ';' and j.ref = 'land:' || l.code
          where l.code = ?1 order by j.position limit ${MOST}`,
        code,
      ),
    );
    const words = await engine.scan<{ received_at: number; what: string }>(
      sql(
        `select w.received_at, w.what from land_word w where w.dossier = ?1 order by w.received_at, w.message limit ${MOST}`,
        code,
      ),
    );
    const none = { exchange: null, seq: null, version: null, code: null, call: null, endedAt: null, payment: null };
    return [
      ...lines.map(({ at, from_state, to_state, actor }) => ({
        ...{ ...none, at, kind: 'land' as const, operation: null, from: from_state, to: to_state, actor },
      })),
      ...words.map(({ received_at: at, what }) => ({
        ...{ ...none, at, kind: 'land' as const, operation: what, from: null, to: 'told', actor: 'system:land-system' },
      })),
    ];
  };
