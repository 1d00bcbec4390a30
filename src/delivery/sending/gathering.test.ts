import { expect, it } from 'vitest';
import { createGathering } from './gathering.ts';

/** A gathering whose time ends when the test says so. */
function gathered() {
  const timers = new Set<() => void>();
  const wentOn: string[] = [];
  const together = createGathering((_ms, run) => {
    timers.add(run);
    return () => timers.delete(run);
  }, 4);
  return {
    wentOn,
    timers,
    ends: async (name: string, underWay: number) => {
      void together(underWay).then(() => wentOn.push(name));
      await Promise.resolve();
    },
    timeIsOver: async () => {
      for (const run of [...timers]) run();
      await Promise.resolve();
    },
  };
}

it('a call that is alone does not wait', async () => {
  const { ends, wentOn, timers } = gathered();
  await ends('a', 1);
  expect(wentOn).toEqual(['a']);
  expect(timers.size).toBe(0);
});

it('calls go on when half of those under way have ended, and no timer is left', async () => {
  const { ends, wentOn, timers } = gathered();
  await ends('a', 6);
  await ends('b', 6);
  expect(wentOn).toEqual([]);
  await ends('c', 6);
  expect(wentOn).toEqual(['a', 'b', 'c']);
  expect(timers.size).toBe(0);
});

it('nobody waits for calls that last: when the time is over all go on, and the next has a time of its own', async () => {
  const { ends, wentOn, timers, timeIsOver } = gathered();
  await ends('a', 8);
  await ends('b', 8);
  expect(timers.size).toBe(1);
  await timeIsOver();
  expect(wentOn).toEqual(['a', 'b']);
  await ends('c', 8);
  expect(wentOn).toEqual(['a', 'b']);
  await timeIsOver();
  expect(wentOn).toEqual(['a', 'b', 'c']);
});
