import type { BatchRule } from '../../../adapters/adapter.ts';

/**
 * Groups items into the calls that will carry them: equal batch keys together, at most `batchSize` items and
 * `maximumWeight` in a call, order kept. A suspect item travels alone.
 */
export function planCalls<Item>(
  items: readonly Item[],
  options: {
    readonly batch: BatchRule<unknown> | undefined;
    readonly batchSize: number;
    readonly input: (item: Item) => unknown;
    readonly alone: (item: Item) => boolean;
  },
): Item[][] {
  const { batch } = options;
  if (batch === undefined || options.batchSize === 1) return items.map((item) => [item]);
  const calls: Item[][] = [];
  const filling = new Map<string, { items: Item[]; weight: number }>();
  for (const item of items) {
    if (options.alone(item)) {
      calls.push([item]);
      continue;
    }
    const input = options.input(item);
    const key = batch.key(input);
    const weight = batch.weight(input);
    let call = filling.get(key);
    if (call === undefined || call.items.length >= options.batchSize || call.weight + weight > batch.maximumWeight) {
      call = { items: [], weight: 0 };
      calls.push(call.items);
      filling.set(key, call);
    }
    call.items.push(item);
    call.weight += weight;
  }
  return calls;
}
