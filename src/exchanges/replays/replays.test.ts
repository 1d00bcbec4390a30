import { describe, expect, it } from 'vitest';
import { type Standing, standing } from '../../../test/kit/exchanges.ts';
import { scriptedPortal } from '../../../test/kit/portal.ts';
import { type Ground, ground } from '../../../test/kit/room.ts';
import { createSystems } from '../../delivery/systems.ts';
import { type Engine, sql } from '../../store/engine.ts';
import type { OwnedStreams } from '../sight.ts';
import { createReplayRunner } from './replay-runner.ts';
import { createReplays, type NewReplay, type Replay, type ReplayAsker, type Replays } from './replays.ts';

const asked = (more: Partial<NewReplay['filter']> = {}, ratePerSecond = 1000): NewReplay => ({
  filter: { system: 'national-portal', states: ['rejected', 'dead'], ...more },
  ratePerSecond,
  reason: 'the portal has mended its catalogue',
});

const FAILED: readonly Standing[] = [
  { id: 'x01', key: 'D1', seq: 1, state: 'rejected', cause: 'rejected', code: '1001' },
  { id: 'x02', key: 'D2', seq: 1, state: 'rejected', cause: 'rejected', code: '1002' },
  { id: 'x03', key: 'D3', seq: 1, state: 'delivered' },
  { id: 'x04', key: 'D4', seq: 1, state: 'cancelled' },
  { id: 'x05', key: 'D5', seq: 1, state: 'rejected', cause: 'rejected', code: '1001' },
  { id: 'x06', key: 'D5', seq: 2, state: 'delivered' },
  { id: 'x07', key: 'D6', seq: 1, state: 'superseded' },
  { id: 'x08', key: 'D7', seq: 1, state: 'dead', operation: 'sync-progress', kind: 'appended', cause: 'timeout' },
  { id: 'x09', key: 'D7', seq: 2, state: 'dead', operation: 'sync-progress', kind: 'appended', cause: 'timeout' },
];

function desk(on: Ground, owner = 'p1', approvalAbove?: number, ...owned: readonly OwnedStreams[]) {
  const filled = <Filler>() => owned as readonly Filler[];
  const portal = scriptedPortal({});
  const systems = createSystems([{ name: 'national-portal', title: portal.title, adapter: portal }]);
  const woken: string[] = [];
  return {
    woken,
    replays: createReplays({ ...on, filled, approvalAbove }),
    runner: createReplayRunner({ ...on, systems, filled, owner, wake: (lane) => woken.push(lane) }),
  };
}
const person = (id: string): ReplayAsker => ({ id, kind: 'person', role: 'operator' });
async function begin(replays: Replays, what: NewReplay, by: ReplayAsker): Promise<Replay> {
  const made = await replays.create(what, by);
  if (made === undefined) throw new Error('no replay was made');
  return made;
}
const KEY_OF_BINH_BY_AN = sql(
  `insert into api_key (id, principal, hash, hint, created_at, created_by) values ('k1', 'binh', 'h', 'h', {at}, 'an')`,
);
const states = async (on: Ground) =>
  Object.fromEntries((await on.rows('select id, state from exchange order by id')).map((row) => [row.id, row.state]));

describe('a replay of streams that belong to somebody (I7)', () => {
  it('meets what its asker saw: their own, or everything for an administrator', async () => {
    const on = await ground();
    const dead = (id: string, key: string) => ({ id, key, seq: 1, state: 'dead' });
    await standing(on, [dead('x1', 'an'), dead('x2', 'binh'), dead('x3', 'chi')], { system: 'owned' });
    on.pass(5);
    const mine: OwnedStreams = { system: 'owned', reference: 'owned:', owns: (key, caller) => `${key} = ${caller}` };
    const { replays, runner } = desk(on, 'p1', undefined, mine);
    const what = asked({ system: 'owned' });
    expect(await begin(replays, what, person('an'))).toMatchObject({ matched: 1 });
    await runner.tick();
    expect(await states(on)).toEqual({ x1: 'pending', x2: 'dead', x3: 'dead' });
    expect(await begin(replays, what, { ...person('quan-tri'), role: 'administrator' })).toMatchObject({ matched: 2 });
    await runner.tick();
    expect(await states(on)).toEqual({ x1: 'pending', x2: 'pending', x3: 'pending' });
  });
});

describe('a replay', () => {
  it('I2: counts first and changes nothing', async () => {
    const on = await ground();
    await standing(on, FAILED);
    const before = await states(on);
    expect(await desk(on).replays.dryRun(asked(), person('operator-1'))).toEqual({
      matched: 4,
      needsApproval: false,
      minutes: 0,
      counts: [
        { operation: 'sync-dossier', state: 'rejected', cause: 'rejected', count: 2 },
        { operation: 'sync-progress', state: 'dead', cause: 'timeout', count: 2 },
      ],
    });
    expect(await states(on)).toEqual(before);
    expect(await on.rows('select id from replay')).toEqual([]);
  });

  it('I3: sends again what failed and is still wanted, and nothing that is final or older', async () => {
    const on = await ground();
    await standing(on, FAILED);
    on.pass(5);
    const { replays, runner, woken } = desk(on);
    const made = await begin(replays, asked(), person('operator-1'));
    expect(made).toMatchObject({ state: 'running', matched: 4 });
    await runner.tick();
    expect(await states(on)).toEqual({
      ...{ x01: 'pending', x02: 'pending', x03: 'delivered', x04: 'cancelled', x05: 'rejected', x06: 'delivered' },
      ...{ x07: 'superseded', x08: 'pending', x09: 'pending' },
    });
    expect(woken).toEqual(['national-portal/command']);
    on.pass(2_000);
    await runner.tick();
    expect(await replays.find(made.id)).toMatchObject({ state: 'finished', done: 4, skipped: 0 });
    expect(
      await on.rows(`select from_state, to_state, actor from journal where ref = '${made.id}' order by at, id`),
    ).toEqual(
      expect.arrayContaining([
        { from_state: null, to_state: 'running', actor: 'operator-1' },
        { from_state: 'running', to_state: 'finished', actor: `replay:${made.id}` },
      ]),
    );
    expect(await on.rows(`select distinct actor from journal where to_state = 'pending'`)).toEqual([
      { actor: `replay:${made.id}` },
    ]);
  });

  it('I2: takes no act that was refused or may have taken effect', async () => {
    const on = await ground();
    await standing(on, [
      { id: 'x1', key: 'A1', seq: 1, kind: 'act', operation: 'sync-dossier', version: null, state: 'rejected' },
      { id: 'x2', key: 'A2', seq: 1, kind: 'act', operation: 'sync-dossier', version: null, state: 'uncertain' },
    ]);
    on.pass(5);
    const { replays, runner } = desk(on);
    await begin(replays, asked({ states: ['rejected', 'uncertain'] }), person('operator-1'));
    await runner.tick();
    expect(await states(on)).toEqual({ x1: 'rejected', x2: 'uncertain' });
  });

  it('takes causes, codes, operations and times as a filter', async () => {
    const on = await ground();
    await standing(on, FAILED);
    const { replays } = desk(on);
    const matched = async (more: Partial<NewReplay['filter']>) =>
      (await replays.dryRun(asked(more), person('operator-1'))).matched;
    expect(await matched({ codes: ['1001'] })).toBe(1);
    expect(await matched({ causes: ['timeout'] })).toBe(2);
    expect(await matched({ operations: ['sync-dossier'] })).toBe(2);
    expect(await matched({ states: ['uncertain'] })).toBe(0);
    expect(await matched({ system: 'tax' })).toBe(0);
    expect(await matched({ from: new Date(on.platform.wall() + 60_000).toISOString() })).toBe(0);
    expect(await matched({ to: new Date(on.platform.wall() + 60_000).toISOString() })).toBe(4);
  });

  it('keeps to its rate, goes on from its cursor in another process, and never works a slice twice', async () => {
    const on = await ground();
    await standing(
      on,
      Array.from({ length: 10 }, (_, n) => ({ id: `x${10 + n}`, key: `D${n}`, seq: 1, state: 'rejected' })),
    );
    on.pass(5);
    const first = desk(on, 'p1');
    const made = await begin(first.replays, asked({}, 4), person('operator-1'));
    expect(await first.runner.tick()).toBe(1000);
    await first.runner.tick();
    expect(await first.replays.find(made.id)).toMatchObject({ done: 4, position: 'x13' });
    // The first process is gone without a word: another waits for its lease, then goes on behind the cursor.
    const second = desk(on, 'p2');
    await second.runner.tick();
    expect(await second.replays.find(made.id)).toMatchObject({ done: 4 });
    on.pass(20_000);
    await second.runner.tick();
    expect(await second.replays.find(made.id)).toMatchObject({ done: 8, position: 'x17' });
    for (let turn = 0; turn < 3; turn++) {
      on.pass(1_500);
      await second.runner.tick();
    }
    expect(await second.replays.find(made.id)).toMatchObject({ state: 'finished', done: 10, skipped: 0 });
    const lines = await on.rows(`select ref, count(*) as n from journal where to_state = 'pending' group by ref`);
    expect(lines).toHaveLength(10);
    expect(new Set(lines.map((row) => row.n))).toEqual(new Set([1]));
  });

  it('counts what could not be replayed any more, and does not chase what fails after it was made', async () => {
    const on = await ground();
    await standing(on, [
      { id: 'x1', key: 'D1', seq: 1, state: 'uncertain', operation: 'by-hand', kind: 'appended', version: 0 },
      { id: 'x2', key: 'D2', seq: 1, state: 'rejected' },
    ]);
    on.pass(5);
    const { replays, runner } = desk(on);
    const made = await begin(replays, asked({ states: ['rejected', 'uncertain'] }), person('operator-1'));
    on.pass(5);
    await standing(on, [{ id: 'x3', key: 'D3', seq: 1, state: 'rejected' }]);
    for (let turn = 0; turn < 3; turn++) {
      await runner.tick();
      on.pass(2_000);
    }
    // The program does not know `by-hand`: whether that acted is for a person to say (I2).
    expect(await states(on)).toEqual({ x1: 'uncertain', x2: 'pending', x3: 'rejected' });
    expect(await replays.find(made.id)).toMatchObject({ state: 'finished', done: 1, skipped: 1 });
  });

  it('I7: a large one waits for another person, and can be stopped', async () => {
    const on = await ground();
    await standing(on, FAILED);
    on.pass(5);
    const { replays, runner } = desk(on, 'p1', 3);
    const made = await begin(replays, asked(), person('operator-1'));
    expect(made.state).toBe('awaiting-approval');
    await runner.tick();
    expect((await states(on)).x01).toBe('rejected');
    expect(await replays.approve(made.id, person('operator-1'))).toBe('same-person');
    on.pass(5);
    expect(await replays.approve(made.id, person('operator-2'))).toBe('done');
    on.pass(5);
    expect(await replays.approve(made.id, person('operator-3'))).toBe('not-awaiting');
    expect(await replays.find(made.id)).toMatchObject({ state: 'running', approvedBy: 'operator-2' });
    expect(await replays.halt(made.id, 'operator-3')).toBe(true);
    expect(await replays.halt(made.id, 'operator-3')).toBe(false);
    await runner.tick();
    expect((await states(on)).x01).toBe('rejected');
    expect(
      await on.rows(`select from_state, to_state, actor from journal where ref = '${made.id}' order by at, id`),
    ).toEqual([
      { from_state: null, to_state: 'awaiting-approval', actor: 'operator-1' },
      { from_state: 'awaiting-approval', to_state: 'running', actor: 'operator-2' },
      { from_state: 'running', to_state: 'stopped', actor: 'operator-3' },
    ]);
  });

  it('I7: several small ones of one person are a large one, asked for one after the other or at the same time', async () => {
    const on = await ground();
    await standing(on, FAILED);
    on.pass(5);
    const { replays, runner } = desk(on, 'p1', 3);
    const two = asked({ operations: ['sync-dossier'] });
    expect((await replays.dryRun(two, person('an'))).needsApproval).toBe(false);
    const made = await Promise.all([1, 2, 3].map(() => begin(replays, two, person('an'))));
    expect(made.map((each) => each.state).toSorted()).toEqual(['awaiting-approval', 'awaiting-approval', 'running']);
    expect((await replays.dryRun(two, person('an'))).needsApproval).toBe(true);
    expect(await begin(replays, two, person('binh'))).toMatchObject({ state: 'running' });
    for (const each of made) if (each.state !== 'running') await replays.halt(each.id, 'an');
    expect((await replays.dryRun(two, person('an'))).needsApproval).toBe(true);
    for (let turn = 0; turn < 3; turn++) {
      await runner.tick();
      on.pass(2_000);
    }
    expect(await on.rows(`select distinct state from replay order by state`)).toEqual([
      { state: 'finished' },
      { state: 'stopped' },
    ]);
    // What has ended counts no more: two that are left would be too many beside it.
    expect(await begin(replays, asked(), person('an'))).toMatchObject({ matched: 2, state: 'running' });
  });

  it('I7: a program does not ask for a large one: nothing is stored', async () => {
    const on = await ground();
    await standing(on, FAILED);
    const { replays } = desk(on, 'p1', 3);
    expect(await replays.create(asked(), { id: 'admin-key', kind: 'system', role: 'administrator' })).toBeUndefined();
    expect(await on.rows('select id from replay')).toEqual([]);
    expect(await on.rows(`select id from journal where to_state = 'awaiting-approval'`)).toEqual([]);
  });

  it('I7: of two that approve at the same time one does; one that was stopped is not approved', async () => {
    const on = await ground();
    await standing(on, FAILED);
    const { replays } = desk(on, 'p1', 3);
    const made = await begin(replays, asked(), person('an'));
    const ends = await Promise.all(['binh', 'chi'].map((id) => replays.approve(made.id, person(id))));
    expect(ends.toSorted()).toEqual(['done', 'not-awaiting']);
    const other = await begin(replays, asked(), person('dung'));
    expect(await Promise.all([replays.halt(other.id, 'dung'), replays.approve(other.id, person('binh'))])).toContain(
      true,
    );
    expect(await on.rows(`select a.state from approval a where a.ref = '${other.id}'`)).toEqual([{ state: 'ended' }]);
    expect(await replays.find(other.id)).toMatchObject({ state: 'stopped' });
    expect(await replays.approve(other.id, person('binh'))).toBe('not-awaiting');
  });

  it('I7: what changes between the look and the commit is judged by the commit', async () => {
    const on = await ground();
    await standing(on, FAILED);
    const made = await begin(desk(on, 'p1', 3).replays, asked(), person('an'));
    const engine: Engine = {
      ...on.engine,
      batch: async (statements) => {
        await on.engine.batch([KEY_OF_BINH_BY_AN]);
        return on.engine.batch(statements);
      },
    };
    const { replays } = desk({ ...on, engine }, 'p1', 3);
    expect(await replays.approve(made.id, person('binh'))).toBe('made-by-the-other');
    expect(await replays.find(made.id)).toMatchObject({ state: 'awaiting-approval', approvedBy: null });
  });
});

it('one replay that cannot be read is shown as such and not run, is told of once, and stops no other', async () => {
  const on = await ground();
  await standing(on, [
    { id: 'x1', key: 'L1', seq: 1, state: 'dead' },
    { id: 'x2', key: 'L2', seq: 1, state: 'dead' },
  ]);
  on.pass(5);
  const { replays, runner } = desk(on);
  const what = asked({ system: 'national-portal' });
  const [damaged, moved, sound] = [
    await begin(replays, what, person('an')),
    await begin(replays, what, person('an')),
    await begin(replays, what, person('an')),
  ];
  await on.engine.batch([
    sql(`update replay set filter = substr(filter, 1, 30) where id = ?1`, damaged.id),
    sql('update replay set filter = (select r.filter from replay r where r.id = ?2) where id = ?1', moved.id, sound.id),
  ]);
  const shown = new Map((await replays.list(10)).map((each) => [each.id, each.filter.system]));
  expect([damaged, moved, sound].map(({ id }) => shown.get(id))).toEqual(['…', '…', 'national-portal']);
  await runner.tick();
  await runner.tick();
  expect(await states(on)).toEqual({ x1: 'pending', x2: 'pending' });
  expect((await replays.find(damaged.id))?.state).toBe('running');
  expect(on.notices.filter((words) => words === 'a replay could not go on')).toHaveLength(2);
  expect(await replays.halt(damaged.id, 'an')).toBe(true);
});
