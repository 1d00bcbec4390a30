import { describe, expect, it } from 'vitest';
import type { Measure, RoomMetrics } from '../observability/metrics.ts';
import { metricsOfRooms } from './room-metrics.ts';

const dogs: Measure = { name: 'dogs', labels: { colour: 'brown' }, value: 3 };
const cats: Measure = { name: 'cats', labels: {}, value: 7 };
const of = (name: string, labels: readonly string[], read: RoomMetrics['read']): RoomMetrics => ({
  gauges: { [name]: { help: `How many ${name}`, labels } },
  read,
});

function joinedOf(...metrics: (RoomMetrics | undefined)[]) {
  const clock = { now: 1_000 };
  const told: string[] = [];
  const joined = metricsOfRooms({
    rooms: metrics.map((each, index) => ({ name: `room-${index + 1}`, metrics: each })),
    platform: { steady: () => clock.now },
    failed: (room, error) => told.push(`${room}: ${(error as Error).message}`),
  });
  return { joined, clock, told };
}

describe('what rooms measure', () => {
  it('is joined; a room that measures nothing brings nothing', async () => {
    const { joined, told } = joinedOf(
      of('dogs', ['colour'], async () => [dogs]),
      undefined,
      of('cats', [], async () => [cats]),
    );
    expect(Object.keys(joined.gauges)).toEqual(['dogs', 'cats']);
    expect(await joined.read()).toEqual([dogs, cats]);
    expect(told).toEqual([]);
  });

  it('is refused at the start where two bring the same name', () => {
    const [one, other] = [of('dogs', [], async () => []), of('dogs', [], async () => [])];
    expect(() => joinedOf(one, other)).toThrow('the metric for dogs');
  });

  it('is read once for all scrapes within five seconds', async () => {
    let reads = 0;
    const { joined, clock } = joinedOf(of('cats', [], async () => [{ ...cats, value: ++reads }]));
    const value = async () => (await joined.read())[0]?.value;
    expect(await Promise.all([value(), value()])).toEqual([1, 1]);
    clock.now += 5_000;
    expect(await value()).toBe(1);
    clock.now += 1;
    expect(await value()).toBe(2);
  });

  it('of a room that fails is left out and told once a reading; the others stand, and the next scrape asks again', async () => {
    let broken = true;
    const { joined, told } = joinedOf(
      of('dogs', ['colour'], () => {
        if (broken) throw new Error('gone');
        return Promise.resolve([dogs]);
      }),
      of('cats', [], async () => [cats]),
    );
    expect(await Promise.all([joined.read(), joined.read()])).toEqual([[cats], [cats]]);
    expect(told).toEqual(['room-1: gone']);
    broken = false;
    expect(await joined.read()).toEqual([dogs, cats]);
  });

  it.each([
    ['under another name', { ...dogs, name: 'wolves' }],
    ['without a label', { ...dogs, labels: {} }],
    ['with a label too many', { ...dogs, labels: { colour: 'brown', size: 'big' } }],
    ['with another label', { ...dogs, labels: { size: 'big' } }],
    ['as no number', { ...dogs, value: Number.NaN }],
  ])('but was not declared so is left out and told: %s', async (_case, measure) => {
    const { joined, told } = joinedOf(
      of('dogs', ['colour'], async () => [dogs, measure]),
      of('cats', [], async () => [cats]),
    );
    expect(await joined.read()).toEqual([cats]);
    expect(told).toEqual([expect.stringContaining(`room-1: ${measure.name} is`)]);
  });
});
