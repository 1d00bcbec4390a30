import { rejected } from '../../../adapters/adapter.ts';
import type { Platform } from '../../platform.ts';
import type { DeliveryObserver } from '../observer.ts';
import { decide, type Settlement, unfit } from '../rules/decide.ts';
import { planCalls } from '../rules/plan.ts';
import type { CommandEntry, Systems } from '../systems.ts';
import { UNKNOWN_OPERATION } from '../unknown-operation.ts';
import type { Claimed } from './claim-statements.ts';
import { type Composers, composeApart, ERASED, UNFIT } from './compose.ts';
import type { Ready } from './conversation.ts';
import type { Settle } from './settler.ts';

/** One call, put together: what it carries and by which operation. */
export interface PreparedCall {
  readonly entry: CommandEntry;
  readonly ready: readonly Ready[];
}

/** Composes what was claimed and groups it into calls. What cannot be composed is settled here and is in none. */
export async function prepare(
  parts: {
    readonly system: string;
    readonly systems: Systems;
    readonly composers: Composers;
    readonly platform: Platform;
    readonly observer: DeliveryObserver;
    readonly settle: Settle;
  },
  items: readonly Claimed[],
): Promise<PreparedCall[]> {
  const { platform, settle } = parts;
  const calls: PreparedCall[] = [];
  for (const [name, claimed] of Map.groupBy(items, (item) => item.operation)) {
    const entry = parts.systems.command(parts.system, name);
    const composer = parts.composers.get(`${parts.system}/${name}`);
    if (entry === undefined || composer === undefined) {
      await endUncalled(settle, claimed, (item) =>
        unfit(item, UNKNOWN_OPERATION, 'operation-unknown', platform.random()),
      );
      continue;
    }
    const composed = await composeApart(composer, claimed, (item, error) =>
      parts.observer.notice('error', 'an exchange could not be put together', { exchange: item.id, error }),
    );
    const ready: Ready[] = [];
    const gone: Claimed[] = [];
    const broken: Claimed[] = [];
    for (const [index, item] of claimed.entries()) {
      const content = composed[index] ?? UNFIT;
      if (content === ERASED) gone.push(item);
      else if (content === UNFIT) broken.push(item);
      else ready.push({ item, composed: content });
    }
    await endUncalled(settle, gone, (item) => decide(item, rejected('erased', ''), entry, 0));
    await endUncalled(settle, broken, (item) => unfit(item, entry, 'cannot-compose', platform.random()));
    const planned = planCalls(ready, {
      batch: entry.operation.batch,
      batchSize: entry.policy.batchSize,
      input: ({ composed: content }) => content.input,
      alone: ({ item }) => item.suspect === 1 || item.read_back !== 0,
    });
    calls.push(...planned.map((each) => ({ entry, ready: each })));
  }
  return calls;
}

/** Ends claims without a call. */
export async function endUncalled(
  settle: Settle,
  items: readonly Claimed[],
  settlement: (item: Claimed) => Settlement,
): Promise<void> {
  if (items.length === 0) return;
  const outcome = { kind: 'completed', result: null } as const;
  await settle(
    null,
    items.map((item) => ({ item, outcome, settlement: settlement(item) })),
  );
}
