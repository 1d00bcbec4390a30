import { expect } from 'vitest';
import { miscounted } from '../../src/delivery/counting.ts';
import type { Engine } from '../../src/store/engine.ts';

/** How many exchanges stand where is kept as each of them moves: it must be what counting them tells. */
export async function checkCounts(engine: Pick<Engine, 'all'>): Promise<void> {
  expect(await engine.all(miscounted())).toEqual([]);
}
