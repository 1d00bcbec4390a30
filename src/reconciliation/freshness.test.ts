import { afterEach, beforeEach, expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { newId } from '../platform.ts';
import { sql } from '../store/engine.ts';
import { createFreshness } from './freshness.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400_000;
let on: Ground;
beforeEach(async () => {
  on = await ground();
});
afterEach(() => on.engine.close());

const dayOf = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

interface State {
  readonly state: string;
  /** Milliseconds after noon. */
  readonly at?: number;
  /** Milliseconds from there until it was delivered. */
  readonly took?: number;
}
/** The states of one dossier, in the order in which they were handed over around noon of a day. */
async function handOver(key: string, noon: number, states: readonly State[]): Promise<void> {
  const rows = states.map((each, index) => ({
    ...{ id: newId({ ...on.platform, wall: () => noon + (each.at ?? 0) }, 'x'), key, seq: index + 1 },
    ...{ state: each.state, acceptedAt: noon + (each.at ?? 0), took: each.took },
  }));
  await standing(on, rows);
  for (const { id, acceptedAt, took } of rows)
    if (took !== undefined)
      await on.engine.batch([
        sql('update exchange set settled_at = cast(?2 as bigint) where id = ?1', id, acceptedAt + took),
      ]);
}

it('counts a state as visible from when it or a newer one of its dossier was delivered', async () => {
  const noon = Date.parse(`${dayOf(on.platform.wall())}T05:00:00Z`);
  await handOver('at-once', noon, [{ state: 'delivered', took: 30 * SECOND }]);
  await handOver('exactly', noon, [{ state: 'delivered', took: 5 * MINUTE }]);
  // The first never went out by itself; the second was visible eleven minutes after the first was handed over.
  await handOver('overtaken', noon, [{ state: 'superseded' }, { state: 'delivered', at: 10 * MINUTE, took: MINUTE }]);
  // An older one that was delivered shows nothing of the newer.
  await handOver('waits', noon, [
    { state: 'delivered', took: SECOND },
    { state: 'pending', at: MINUTE },
  ]);
  await handOver('refused', noon, [{ state: 'rejected', took: SECOND }]);
  await handOver('late', noon, [{ state: 'delivered', took: 61 * MINUTE }]);
  await handOver('the-day-before', noon - DAY, [{ state: 'delivered', took: SECOND }]);
  const freshness = createFreshness(on);
  const today = dayOf(noon);
  expect(await freshness.of(today, today)).toEqual({
    ...{ handedOver: 8, within: [3, 4, 5, 5], later: 1 },
    ...{ waiting: 1, stopped: 1 },
  });
  expect((await freshness.of(dayOf(noon - DAY), today)).handedOver).toBe(9);
  expect(await freshness.of('2001-01-01', '2001-01-02')).toMatchObject({ handedOver: 0, within: [0, 0, 0, 0] });
});
