import { expect } from 'vitest';
import { miscounted } from '../../src/delivery/counting.ts';
import { misplaced } from '../../src/delivery/standing.ts';
import type { Engine } from '../../src/store/engine.ts';

/** How many exchanges stand where, and how each stream does, is kept as they move: it must be what looking at them tells. */
export async function checkCounts(engine: Pick<Engine, 'all'>): Promise<void> {
  expect(await engine.all(miscounted())).toEqual([]);
  expect(await engine.all(misplaced())).toEqual([]);
}
