import { type LandState, landState } from '../../contracts/domain/land-state.ts';
import { epochMs } from '../../contracts/domain/time.ts';
import type { InboundHandler, RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { landChange } from './change.ts';

/** What the land system says, by the type of its messages, and where each leads to. */
const LEADS_TO: Readonly<Record<string, (data: Said) => LandState | null>> = {
  'land-step': ({ status }) => (isStep(status) ? status : 'processing'),
  'land-supplement-asked': () => 'supplementing',
  'land-supplement-received': () => 'processing',
  // What the tax department answered is told by its own notices, too.
  'land-tax-notices': () => null,
  'land-returned-as-wrong': () => 'returned-as-wrong',
  'land-finished': ({ ending }) => (ending === 'result' ? 'completed' : 'ended-without-result'),
  'land-receipt-number': () => null,
  'land-wrong-procedure': () => null,
  'land-update-asked': () => null,
};
export const landTypes: readonly string[] = Object.keys(LEADS_TO);

interface Said {
  readonly at?: string | null;
  readonly status?: string;
  readonly ending?: string;
}
/** An end counts for whatever has none yet: a time of it that is too early, or a mere date, must not keep it open. */
const ENDED: readonly LandState[] = ['completed', 'result-returned', 'ended-without-result'];
const OPEN = landState.options.filter((state) => !ENDED.includes(state));

const STEPS: readonly string[] = ['processing', 'supplementing', 'completed', 'result-returned'];
const isStep = (status: string | undefined): status is LandState => STEPS.includes(status ?? '');

/** A word of the land system: kept whole as it came, and the dossier stands by it where it is the newest. */
export const wordOf =
  (parts: Pick<RoomParts, 'engine' | 'platform'>, type: string): InboundHandler =>
  async (message, token) => {
    const data = message.data as Said;
    const saidMs = data.at == null ? null : epochMs(data.at);
    // Their times have whole seconds, and what they say cannot have happened after it was heard, whatever their clock tells.
    const heardMs = Math.floor(message.receivedAt / 1_000) * 1_000;
    const changed = await landChange(
      parts,
      message.ref,
      {
        ...{ state: LEADS_TO[type]?.(data) ?? null, saidMs: Math.min(saidMs ?? heardMs, heardMs) },
        ...(type === 'land-finished' ? { always: OPEN } : {}),
      },
      { only: { table: 'inbound', row: message.id }, system: message.system, actor: `system:${message.system}` },
    );
    return {
      judgedBy: changed.judgedBy,
      statements: [
        ...changed.statements(token),
        sql(
          `insert into land_word (message, dossier, what, said_ms, received_at, written_by)
           select i.id, ?3, ?4, cast(?5 as bigint), {at}, ?2 from inbound i where i.id = ?1 and i.written_by = ?2`,
          ...[message.id, token, message.ref, type, saidMs],
        ),
      ],
    };
  };
