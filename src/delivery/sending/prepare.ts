import { newId, type Platform } from '../../platform.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { RoomOperations } from '../operations.ts';
import { planCalls } from '../rules/plan.ts';
import { erased, type Settlement, unfit } from '../rules/settlement.ts';
import type { Systems } from '../systems.ts';
import { UNKNOWN_OPERATION } from '../unknown-operation.ts';
import type { Claimed } from './claim-statements.ts';
import { composeApart, ERASED, UNFIT } from './compose.ts';
import type { PreparedCall } from './deliver.ts';
import type { Result } from './settle.ts';
import type { Ready } from './wire-call.ts';

/** What is to be claimed, put together: calls to be made, and what is settled without one. */
export interface Prepared {
  readonly calls: readonly PreparedCall[];
  readonly uncalled: readonly Result[];
}

/**
 * Composes what is to be claimed and groups it into calls. One that can be sent at once has the name that it will be
 * recorded under; where they are asked first, what comes after is recorded when it comes.
 */
export async function prepare(
  parts: {
    readonly system: string;
    readonly lane: string;
    readonly systems: Systems;
    readonly operations: RoomOperations;
    readonly platform: Platform;
    readonly observer: DeliveryObserver;
  },
  items: readonly Claimed[],
  options: {
    readonly probe: boolean;
    /** What differs in this travels in different calls. */
    readonly apart?: (item: Claimed) => unknown;
  },
): Promise<Prepared> {
  const { platform, lane } = parts;
  const { probe, apart = () => undefined } = options;
  const calls: PreparedCall[] = [];
  const uncalled: Result[] = [];
  for (const [name, claimed] of Map.groupBy(items, (item) => item.operation)) {
    const entry = parts.systems.command(parts.system, name);
    const compose = parts.operations.get(`${parts.system}/${name}`)?.compose;
    if (entry === undefined || compose === undefined) {
      for (const item of claimed)
        uncalled.push(withoutCall(item, unfit(item, UNKNOWN_OPERATION, 'operation-unknown', platform.random())));
      continue;
    }
    const composed = await composeApart(compose, claimed, (item, error) =>
      parts.observer.notice('error', 'an exchange could not be put together', { exchange: item.id, error }),
    );
    const ready: Ready[] = [];
    for (const [index, item] of claimed.entries()) {
      const content = composed[index] ?? UNFIT;
      if (content === ERASED) uncalled.push(withoutCall(item, erased(item, entry)));
      else if (content === UNFIT)
        uncalled.push(withoutCall(item, unfit(item, entry, 'cannot-compose', platform.random())));
      else ready.push({ item, composed: content });
    }
    for (const together of Map.groupBy(ready, ({ item }) => apart(item)).values()) {
      const planned = planCalls(together, {
        batch: entry.operation.kind === 'act' ? undefined : entry.operation.batch,
        batchSize: entry.policy.batchSize,
        input: ({ composed: content }) => content.input,
        alone: ({ item }) => travelsAlone(item),
      });
      for (const each of planned) {
        const asks = entry.interactive || each.some(({ item }) => item.doubt === 'ask-first');
        const recorded = asks ? undefined : newId(platform, 'call');
        calls.push({ entry, lane, ready: each, probe, recorded, followedBy: [] });
      }
    }
  }
  return { calls, uncalled };
}

/** It may be what a whole call failed for, or is looked at or asked about by itself. */
export const travelsAlone = (item: Pick<Claimed, 'suspect' | 'doubt'>): boolean =>
  item.suspect === 1 || item.doubt !== 'none';

/** A claim that ends without anything sent. */
export const withoutCall = (item: Claimed, settlement: Settlement): Result => ({
  item,
  settlement,
  outcome: { kind: 'completed', result: null },
});
