import { describe, expect, it } from 'vitest';
import { inlineRetry } from './inline-retry.ts';

const signal = new AbortController().signal;

describe('inline tries', () => {
  it('end with the first answer that is none to repeat', async () => {
    const seen: number[] = [];
    const answer = await inlineRetry(
      async (n) => {
        seen.push(n);
        return n;
      },
      { tries: 4, again: (n) => n < 2, signal, random: 0 },
    );
    expect([answer, seen]).toEqual([2, [1, 2]]);
  });

  it('end with the last answer, however it was', async () => {
    let calls = 0;
    expect(await inlineRetry(async () => ++calls, { tries: 2, again: () => true, signal, random: 0 })).toBe(2);
  });

  it('are one where one is allowed', async () => {
    let calls = 0;
    expect(await inlineRetry(async () => ++calls, { tries: 1, again: () => true, signal, random: 0 })).toBe(1);
  });

  it('end at once when aborted, with the answer there was', async () => {
    const controller = new AbortController();
    let calls = 0;
    const waiting = inlineRetry(
      async () => {
        calls += 1;
        queueMicrotask(() => controller.abort());
        return 'blip';
      },
      { tries: 5, again: () => true, signal: controller.signal, random: 0 },
    );
    expect(await waiting).toBe('blip');
    expect(calls).toBe(1);
  });

  it('let a fault of our own through', async () => {
    await expect(
      inlineRetry(
        async () => {
          throw new Error('store');
        },
        { tries: 3, again: () => true, signal, random: 0 },
      ),
    ).rejects.toThrow('store');
  });
});
