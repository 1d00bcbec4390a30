import type { Outcome } from '../../../adapters/adapter.ts';
import type { ToSeal, Vault } from '../../crypto/vault.ts';
import { newId, type Platform } from '../../platform.ts';
import { StoreUnavailable } from '../../store/engine.ts';
import type { DeliveryObserver } from '../observer.ts';
import { NATION_DIFFERS, type Settlement } from '../rules/decide.ts';
import type { CallEnd } from './call-statements.ts';
import type { Claimed } from './claim-statements.ts';
import type { Ready } from './conversation.ts';
import type { CallSettlement, Records } from './records.ts';
import type { EventCommand, SettleCommand } from './settle-statements.ts';

/** What is to become of one claimed exchange, and the outcome that says so. */
export interface Result {
  readonly item: Claimed;
  readonly settlement: Settlement;
  readonly outcome: Outcome;
}
/** The call that ended with it, if one was made. */
export interface Ended {
  readonly call: string;
  readonly raw: string | null;
  readonly ready: readonly Ready[];
}
export type Settle = (ended: Ended | null, results: readonly Result[]) => Promise<void>;

/** A store that cannot write is tried again so often, a second apart; the lease ends not long after. */
const TRIES = 4;
const TRY_AGAIN_MS = 1_000;

/**
 * Writes down how exchanges ended, with their words sealed, their events and their call, in one batch. What cannot be
 * written stays claimed until its lease ends, and is then taken for unknown: nothing is lost by a failure here.
 */
export function createSettle(parts: {
  readonly platform: Platform;
  readonly records: Records;
  readonly vault: Vault;
  readonly observer: DeliveryObserver;
}): Settle {
  const { platform, records, vault, observer } = parts;

  /** Undefined where the key is gone: the person was erased while the call was under way. */
  async function seal(item: ToSeal): Promise<string | null> {
    try {
      return (await vault.seal([item]))[0] ?? null;
    } catch {
      return null;
    }
  }

  async function write(settlement: CallSettlement): Promise<ReadonlySet<string>> {
    for (let n = 1; ; n++)
      try {
        return await records.settle(settlement);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || n === TRIES) throw error;
        await new Promise<void>((resolve) => void platform.after(TRY_AGAIN_MS, resolve));
      }
  }

  async function callEnd(ended: Ended, results: readonly Result[]): Promise<CallEnd> {
    const worst = results.find(({ outcome }) => outcome.kind !== 'completed')?.outcome ?? results[0]?.outcome;
    const worthKeeping = results.some(({ outcome }) => ['drift', 'unknown', 'rejected'].includes(outcome.kind));
    // Their answer may name any person in the call: it is kept only where that is one, under that one's key.
    const subject = ended.ready.length === 1 ? (ended.ready[0]?.composed.subject ?? null) : null;
    const raw =
      worthKeeping && subject !== null && ended.raw !== null
        ? await seal({ subject, purpose: 'call.raw', text: ended.raw })
        : null;
    return {
      id: ended.call,
      outcome: worst?.kind ?? 'fenced',
      subject: raw === null ? null : (subject?.id ?? null),
      raw,
    };
  }

  return async (ended, results) => {
    const subjectOf = new Map(ended?.ready.map(({ item, composed }) => [item.id, composed.subject]));
    const items: SettleCommand[] = [];
    for (const { item, settlement, outcome } of results) {
      const { overdue: _overdue, ...written } = settlement;
      const subject = subjectOf.get(item.id);
      const words = outcome.kind === 'rejected' && outcome.message !== '' ? outcome : undefined;
      items.push({
        ...written,
        stream: item.stream,
        epoch: item.epoch,
        exchange: item.id,
        version: item.version,
        detail:
          words !== undefined && subject != null
            ? await seal({
                subject,
                purpose: 'attempt.detail',
                text: JSON.stringify({ message: words.message, fields: words.fields }),
              })
            : null,
      });
    }
    const settled = await write({
      items,
      events: results.flatMap((result) => eventsOf(platform, result)),
      calls: ended === null ? [] : [await callEnd(ended, results)],
    });
    for (const result of results) tell(observer, result, settled.has(result.item.id));
  };
}

function tell(observer: DeliveryObserver, { item, settlement, outcome }: Result, settled: boolean): void {
  const about = { exchange: item.id, operation: item.operation };
  if (!settled) observer.notice('warn', 'a late settlement was refused: the stream has a newer owner', about);
  else if (outcome.kind === 'drift') {
    const { path, expected, got } = outcome;
    observer.notice('error', 'an answer outside the wire schema was quarantined', { ...about, path, expected, got });
  } else if (settlement.overdue) observer.notice('error', 'a dossier is overdue: the nation does not take it', about);
  else if (settlement.parkedReason !== null || settlement.to === 'dead')
    observer.notice('error', 'an exchange waits for a person', {
      ...about,
      reason: settlement.parkedReason ?? settlement.to,
    });
}

function eventsOf(platform: Platform, { item, settlement }: Result): EventCommand[] {
  if (item.system === 'subscriber') return [];
  const type =
    settlement.parkedReason === 'snapshot-requested' || settlement.parkedReason === NATION_DIFFERS
      ? 'dossier.snapshot-requested'
      : settlement.to === 'delivered' && item.collapses === 1
        ? 'exchange.delivered'
        : settlement.overdue
          ? 'exchange.overdue'
          : settlement.to === 'rejected' || settlement.to === 'dead' || settlement.parkedReason !== null
            ? `exchange.${settlement.to}`
            : undefined;
  if (type === undefined) return [];
  const { id: exchange, operation, key, version } = item;
  const { cause, code } = settlement;
  return [
    {
      id: newId(platform, 'evt'),
      stream: item.stream,
      type,
      system: item.system,
      ref: key,
      data: { exchange, operation, key, version, cause, code },
    },
  ];
}
