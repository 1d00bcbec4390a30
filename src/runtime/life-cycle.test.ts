import { expect, it } from 'vitest';
import { platformOf, seeded, VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import { createLoop, type Loop } from '../loop.ts';
import type { Room } from '../room.ts';
import { lifeCycle } from './life-cycle.ts';

const idle = async () => {
  for (let n = 0; n < 10; n++) await new Promise<void>((resolve) => setImmediate(resolve));
};

function ground() {
  const clock = new VirtualClock();
  const platform = platformOf(clock, seeded(1));
  const told: string[] = [];
  const ledger: string[] = [];
  const advance = async (ms: number) => {
    const until = clock.now + ms;
    await idle();
    while (clock.step(until)) await idle();
    clock.now = until;
  };
  const begin = (loops: readonly Loop[], rooms: readonly Pick<Room, 'begin' | 'end'>[] = []) =>
    lifeCycle({
      ...{ platform, loops, rooms, alone: true },
      dispatcher: {
        lastBeatAt: 0,
        begin: async () => void ledger.push('dispatcher begins'),
        start: async () => void ledger.push('dispatcher starts'),
        drain: async (deadline) => {
          ledger.push(`sends until ${deadline - started}`);
          await new Promise<void>((resolve) => void platform.after(20_000, resolve));
          return true;
        },
        stop: async () => void ledger.push('dispatcher stops'),
      },
      queries: { recover: async () => {}, close: () => void ledger.push('queries close') },
      watches: { begin: async () => {} },
      idempotency: { freeAbandoned: async () => {} },
      failed: (sentence) => () => void told.push(sentence),
    });
  const started = clock.now;
  const loop = (name: string, turn: () => Promise<number>) =>
    createLoop({ name, platform, turn, failed: () => void told.push(`${name} failed`) });
  return { clock, advance, begin, loop, told, ledger, started };
}

it('a stop tells the dispatcher at once and ends within its grace, whatever hangs', async () => {
  const at = ground();
  const life = at.begin([at.loop('slow', () => new Promise(() => {}))]);
  await life.start();
  await at.advance(1_000);
  let stopped = false;
  const stopping = life.stop(5_000).then(() => {
    stopped = true;
  });
  await at.advance(0);
  expect(at.ledger).toContain('dispatcher stops');
  await at.advance(4_900);
  expect(stopped).toBe(false);
  await at.advance(200);
  await stopping;
  expect(at.told).toEqual(['slow failed']);
  expect(at.ledger.at(-1)).toBe('queries close');
});

it('a room that cannot end keeps nothing else from ending, those listed last first', async () => {
  const at = ground();
  const ended: string[] = [];
  const life = at.begin(
    [],
    [
      { end: async () => void ended.push('first') },
      { end: () => Promise.reject(new Error('no')) },
      { end: async () => void ended.push('third') },
    ],
  );
  await life.start();
  await life.stop(1_000);
  expect(ended).toEqual(['third', 'first']);
  expect(at.told).toEqual(['a room did not end cleanly']);
  expect(at.ledger).toEqual(['dispatcher begins', 'dispatcher starts', 'dispatcher stops', 'queries close']);
});

it('one work follows the other, each with its own deadline; what comes too late begins nothing', async () => {
  const at = ground();
  const life = at.begin([]);
  const ends: [string, boolean, number][] = [];
  const asked = (name: string, ms: number) =>
    life.work(at.started + ms).then((done) => void ends.push([name, done, at.clock.now - at.started]));
  const works = [asked('first', 40_000), asked('second', 300_000), asked('late', 10_000)];
  await at.advance(60_000);
  await Promise.all(works);
  expect(at.ledger).toEqual(['dispatcher begins', 'sends until 40000', 'sends until 300000']);
  expect(ends).toEqual([
    ['first', true, 20_000],
    ['second', true, 40_000],
    ['late', false, 40_000],
  ]);
});

it('two loops of one name are refused: they would take one lease from each other', () => {
  const at = ground();
  const rest = async () => 1_000;
  expect(() => at.begin([at.loop('sealer', rest), at.loop('sealer', rest)])).toThrow('the loop for sealer');
});
