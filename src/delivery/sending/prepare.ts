import type { Platform } from '../../platform.ts';
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

/** What was claimed, put together: calls to be made, and what is settled without one. */
export interface Prepared {
  readonly calls: readonly PreparedCall[];
  readonly uncalled: readonly Result[];
}

/** Composes what was claimed and groups it into calls. */
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
  probe: boolean,
): Promise<Prepared> {
  const { platform, lane } = parts;
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
    const planned = planCalls(ready, {
      batch: entry.operation.kind === 'act' ? undefined : entry.operation.batch,
      batchSize: entry.policy.batchSize,
      input: ({ composed: content }) => content.input,
      alone: ({ item }) => item.suspect === 1 || item.doubt !== 'none',
    });
    calls.push(...planned.map((each) => ({ entry, lane, ready: each, probe })));
  }
  return { calls, uncalled };
}

/** A claim that ends without a call. */
export const withoutCall = (item: Claimed, settlement: Settlement): Result => ({
  item,
  settlement,
  outcome: { kind: 'completed', result: null },
});
