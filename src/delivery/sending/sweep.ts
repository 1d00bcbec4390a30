import { unknown } from '../../../adapters/adapter.ts';
import { errorWords } from '../../error-words.ts';
import type { Turn } from '../../loop.ts';
import { newId, type Platform } from '../../platform.ts';
import { type Engine, StoreUnavailable } from '../../store/engine.ts';
import { commandBytes, slices } from '../../store/limits.ts';
import type { DeliveryObserver } from '../observer.ts';
import { givenBack, PARKED_FOR_MS, settleSend } from '../rules/settlement.ts';
import type { Systems } from '../systems.ts';
import { UNKNOWN_OPERATION } from '../unknown-operation.ts';
import type { Claimed } from './claim-statements.ts';
import { withoutCall } from './prepare.ts';
import type { Settle } from './settle.ts';
import { abandoned, endLostCalls, lostCall, parksEnded, release, remindOfParked, unpark } from './sweep-statements.ts';

interface AbandonedRow extends Claimed {
  /** The call that was open when its owner was lost; null where nothing had been begun. */
  readonly call: string | null;
  /** 1: another exchange of its stream is in hand, and settles after it. */
  readonly keeps: number;
}
interface ParkedRow {
  readonly stream: string;
  readonly key: string;
  readonly parked_reason: string;
  readonly waits_for: 'person' | 'owner';
  /** What it is parked for; null where a person parked it. */
  readonly exchange: string | null;
  readonly operation: string | null;
  readonly version: number | null;
}

const ROWS = 500;

/**
 * Nothing is forgotten because a process died or nobody looked. An expired lease becomes an unknown with its quiet
 * time, never straight a new send (I3), or plain waiting where no call had been begun. A stream that waited too long
 * for its owner's fresh state is asked about again; one that waits for a person is said aloud again. Where there is
 * nothing of that it writes nothing. `everything`: whatever is owned belongs to a process that is gone.
 */
export function createSweep(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly systems: Systems;
  readonly settle: Settle;
  readonly observer: DeliveryObserver;
  readonly owner: string;
}): (everything: boolean, turn: Pick<Turn, 'mine'>) => Promise<void> {
  const { engine, platform, systems, settle, observer } = parts;

  const cut = <Item extends object>(items: readonly Item[]) => slices(items, commandBytes, engine.limits);

  async function takeOver(everything: boolean, { mine }: Pick<Turn, 'mine'>): Promise<void> {
    for (;;) {
      const rows = await engine.all<AbandonedRow | (AbandonedRow & { id: null })>(abandoned(everything, ROWS));
      if (rows.length === 0 || !(await mine())) return;
      const idle = rows.filter((row) => row.id === null);
      if (idle.length > 0) await engine.batch(cut(idle).map(release));
      let takenOver = idle.length;
      const left = new Set<string>();
      for (const item of rows) {
        if (item.id === null || left.has(item.stream)) continue;
        const entry = systems.command(item.system, item.operation) ?? UNKNOWN_OPERATION;
        const outcome = unknown('process-lost');
        const keeps = item.keeps === 1;
        const over =
          item.call === null
            ? settle({ ended: null, results: [{ ...withoutCall(item, givenBack(item)), keeps }] })
            : settle({
                ended: { call: item.call, raw: null, ready: [] },
                results: [{ item, outcome, settlement: settleSend(item, outcome, entry, platform.random()), keeps }],
              });
        // One that cannot be written down keeps no other waiting; it is tried again with the next sweep.
        await over.then(
          () => {
            takenOver += 1;
          },
          (error: unknown) => {
            if (error instanceof StoreUnavailable) throw error;
            left.add(item.stream);
            observer.notice('error', 'an abandoned exchange could not be taken over', {
              exchange: item.id,
              error: errorWords(error),
            });
          },
        );
      }
      if (rows.length < ROWS || takenOver === 0) return;
    }
  }

  async function endCalls(everything: boolean, { mine }: Pick<Turn, 'mine'>): Promise<void> {
    const lost = await engine.all(lostCall(parts.owner, everything));
    if (lost.length > 0 && (await mine())) await engine.batch([endLostCalls(parts.owner, everything)]);
  }

  async function endParking({ mine }: Pick<Turn, 'mine'>): Promise<void> {
    const rows = await engine.all<ParkedRow>(parksEnded(ROWS));
    if (rows.length === 0 || !(await mine())) return;
    const [asked, waiting] = [
      rows.filter((row) => row.waits_for === 'owner'),
      rows.filter((row) => row.waits_for === 'person'),
    ];
    const token = newId(platform, 't');
    const reminders = waiting.map(({ stream, key, parked_reason: code, exchange, operation, version }) => ({
      stream,
      event: newId(platform, 'evt'),
      data: {
        exchange: exchange ?? '',
        operation: operation ?? '',
        key,
        version,
        cause: 'still-parked',
        code,
      },
      forMs: PARKED_FOR_MS,
    }));
    await engine.batch([...cut(asked).map(unpark), ...cut(reminders).flatMap((some) => remindOfParked(some, token))]);
    for (const { stream, parked_reason: reason } of waiting)
      observer.notice('error', 'a stream still waits for a person', { stream, reason });
  }

  return async (everything, turn) => {
    await takeOver(everything, turn);
    await endCalls(everything, turn);
    await endParking(turn);
  };
}
