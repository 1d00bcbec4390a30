import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from './engine.ts';
import { grouped } from './group.ts';

const limits = { parameters: 10, textBytes: 102, commands: 50 };

/** A command takes as many bytes as its number. */
function bench(run: (group: readonly number[]) => Promise<readonly string[]>, limit = 100) {
  const turns: (() => void)[] = [];
  const batches: number[][] = [];
  const add = grouped<number, string>(
    { limits, turn: (flush) => void turns.push(flush) },
    {
      key: (n) => String(n % 10),
      limit,
      bytes: (n) => n,
      run: async (group) => {
        batches.push([...group]);
        return run(group);
      },
    },
  );
  const pass = async (): Promise<void> => {
    for (let n = 0; n < 50; n++) {
      turns.shift()?.();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  return { add, batches, pass };
}
const names = async (group: readonly number[]) => group.map((n) => `#${n}`);

describe('what arrives in one turn', () => {
  it('goes down together, and each gets its own answer', async () => {
    const { add, batches, pass } = bench(names);
    const all = Promise.all([1, 2, 3].map(add));
    await pass();
    expect(await all).toEqual(['#1', '#2', '#3']);
    expect(batches).toEqual([[1, 2, 3]]);
  });

  it('never holds two of one key, and keeps their order', async () => {
    const { add, batches, pass } = bench(names);
    const all = Promise.all([1, 11, 2, 21].map(add));
    await pass();
    expect(await all).toEqual(['#1', '#11', '#2', '#21']);
    expect(batches).toEqual([[1, 2], [11], [21]]);
  });

  it('is cut at the limit', async () => {
    const { add, batches, pass } = bench(names, 2);
    const all = Promise.all([1, 2, 3, 4, 5].map(add));
    await pass();
    await all;
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });

  it('is cut before the texts of one statement are too long, and no later one of its key goes first', async () => {
    const { add, batches, pass } = bench(names);
    const all = Promise.all([40, 55, 22, 1, 3].map(add));
    await pass();
    await all;
    expect(batches).toEqual([
      [40, 55],
      [22, 1, 3],
    ]);
    batches.length = 0;
    const others = Promise.all([61, 43, 3, 9, 5].map(add));
    await pass();
    await others;
    expect(batches).toEqual([[61], [43, 9, 5], [3]]);
  });

  it('never holds one that is too long by itself: that one is told at once', async () => {
    const { add, batches, pass } = bench(names);
    const all = [1, 101, 100, 2].map((n) => add(n).catch((error: Error) => error.name));
    await pass();
    expect(await Promise.all(all)).toEqual(['#1', 'TooLarge', '#100', '#2']);
    expect(batches).toEqual([[1], [100], [2]]);
  });

  it('is rejected together when the store cannot take it, and what comes later goes', async () => {
    let down = true;
    const { add, batches, pass } = bench((group) =>
      down ? Promise.reject(new StoreUnavailable('disk full')) : names(group),
    );
    const all = [1, 2].map((n) => add(n).catch((error: Error) => error.name));
    await pass();
    expect(await Promise.all(all)).toEqual(['StoreUnavailable', 'StoreUnavailable']);
    expect(batches.length).toBe(1);
    down = false;
    const later = add(3);
    await pass();
    expect(await later).toBe('#3');
  });

  it('does not suffer from one command at fault', async () => {
    const { add, pass } = bench((group) =>
      group.includes(2) ? Promise.reject(new Error('a constraint')) : names(group),
    );
    const all = [1, 2, 3].map((n) => add(n).catch((error: Error) => error.message));
    await pass();
    expect(await Promise.all(all)).toEqual(['#1', 'a constraint', '#3']);
  });
});
