import { describe, expect, it } from 'vitest';
import { completed, notSent } from '../../adapters/adapter.ts';
import { systemView } from '../../contracts/v1/system.ts';
import { askable, scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { onlySqlite } from '../../test/kit/store.ts';
import { JOURNAL_WORDS, readWords } from '../crypto/kept-words.ts';
import { counts, deliveredSince, fold, recount } from '../delivery/counting.ts';
import { idFrom } from '../platform.ts';
import { commands, sql } from '../store/engine.ts';
import { oldest, openCalls, parkedStreams } from './backlog.ts';
import { createSystemControl } from './control.ts';
import { holdsOf } from './holds.ts';
import { systemOf } from './routes/view.ts';
import { createSystemViews } from './system-views.ts';

async function room(on: Ground, adapter = scriptedPortal({}), override = {}) {
  const given = await askable(on, adapter, override);
  const woken: string[] = [];
  const parts = { ...on, ...given, wake: (lane: string) => void woken.push(lane) };
  return { ...given, woken, views: createSystemViews(parts), control: createSystemControl(parts) };
}
const one = async (views: ReturnType<typeof createSystemViews>) => {
  const [view] = await views.list({ fresh: true });
  if (view === undefined) throw new Error('there is no system');
  return systemView.parse(systemOf(view));
};

interface Planned {
  readonly key: string;
  readonly state: string;
  readonly seq?: number;
  readonly agoMs?: number;
  readonly parked?: boolean;
}
/** Streams and exchanges as delivery leaves them. */
async function plant(on: Ground, planned: readonly Planned[]): Promise<void> {
  const open = ['pending', 'retrying', 'uncertain'];
  const rows = planned.map(({ key, state, seq = 1, agoMs = 0, parked = false }) => ({
    // Ids are as old as what they name.
    ...{
      id: `${idFrom('x', on.platform.wall() - agoMs)}${key}${seq}`,
      stream: `national-portal:${key}`,
      key,
      state,
      seq,
      agoMs,
    },
    parked: parked ? 'needs-a-person' : null,
    owner: state === 'sending' ? 'o' : null,
    due: open.includes(state) ? 1 : null,
  }));
  await on.engine.batch([
    sql(
      `insert into stream (id, system, key, lane, next_seq, desired_version, due_at, owner, parked_reason, parked_at, written_by)
       select v.value->>'stream', 'national-portal', v.value->>'key', 'national-portal/command', 9, 1, cast(v.value->>'due' as bigint), v.value->>'owner', v.value->>'parked', 5, 't'
         from json_each(?1) v where true on conflict (id) do nothing`,
      commands(rows),
    ),
    sql(
      `insert into exchange (id, system, stream, seq, operation, kind, version, state, accepted_at, accepted_by)
       select v.value->>'id', 'national-portal', v.value->>'stream', cast(v.value->>'seq' as bigint), 'sync-dossier', 'collapsing', 1, v.value->>'state', {at} - cast(v.value->>'agoMs' as bigint), 'a'
         from json_each(?1) v`,
      commands(rows),
    ),
    ...recount(),
  ]);
}

describe('how a system stands', () => {
  it('says what it can do, and what happens after an unknown outcome', async () => {
    const { views } = await room(await ground());
    const view = await one(views);
    expect(view.configured).toBe(true);
    const sync = view.capabilities.operations.find(({ name }) => name === 'sync-dossier');
    expect(sync).toMatchObject({ kind: 'queued', recovery: 'repeatable', readsBack: true });
    expect(sync?.why).toBeTruthy();
    expect(view.capabilities.callbacks).toContainEqual(
      expect.objectContaining({ path: 'nhanhsdvcqg', kind: 'tell', methods: ['POST'], verifier: 'peer' }),
    );
    expect(view.capabilities.assumed.length).toBeGreaterThan(0);
    expect(view.lanes.map((lane) => [lane.class, lane.state])).toEqual([
      ['command', 'open'],
      ['interactive', 'open'],
      ['query', 'open'],
    ]);
  });

  it('counts the backlog by state, and tells since when the nation is behind', async () => {
    const on = await ground();
    const { views } = await room(on);
    await plant(on, [
      { key: 'A', state: 'pending', agoMs: 5_000 },
      { key: 'B', state: 'retrying', agoMs: 60_000 },
      { key: 'C', state: 'uncertain', parked: true, agoMs: 90_000 },
      { key: 'D', state: 'sending' },
      { key: 'E', state: 'dead' },
      { key: 'F', state: 'rejected' },
      { key: 'G', state: 'rejected' },
      { key: 'G', state: 'delivered', seq: 2 },
      { key: 'H', state: 'delivered', agoMs: 1_000_000 },
    ]);
    const view = await one(views);
    expect(view.backlog).toEqual({
      waiting: 4,
      pending: 1,
      sending: 1,
      retrying: 1,
      uncertain: 1,
      parked: 1,
      dead: 1,
      rejected: 1,
    });
    expect(view.freshness.oldestWaitingAgeSeconds).toBeGreaterThanOrEqual(90);
    expect(view.freshness.oldestWaitingAgeSeconds).toBeLessThan(95);
    expect(view.estimate).toEqual({ deliveredPerSecond: 0, clearAt: null });
  });

  it.each([false, true])(
    'estimates from what went through in the last two minutes when the backlog is clear; folded: %s',
    async (folded) => {
      const on = await ground();
      const { views } = await room(on);
      await plant(on, [
        { key: 'A', state: 'pending' },
        { key: 'B', state: 'pending' },
      ]);
      const moved = (items: number, standing: string) =>
        sql(
          `insert into exchange_move (system, operation, standing, cause, n, at) values ('national-portal', 'sync-dossier', ?2, '', cast(?1 as bigint), {at})`,
          ...[items, standing],
        );
      await on.engine.batch([moved(1_000, 'delivered')]);
      on.pass(131_000);
      if (folded) await on.engine.batch(fold('f1'));
      const quiet = await one(views);
      expect(quiet.estimate.clearAt).toBeNull();
      expect(quiet.freshness.lastDeliveredAt).not.toBeNull();
      await on.engine.batch([moved(12, 'delivered'), moved(50, 'dead')]);
      if (folded) await on.engine.batch(fold('f2'));
      const view = await one(views);
      expect(view.estimate.deliveredPerSecond).toBe(0.1);
      const leftMs = Date.parse(view.estimate.clearAt ?? '') - on.platform.wall();
      expect(leftMs).toBeGreaterThan(19_000);
      expect(leftMs).toBeLessThanOrEqual(20_000);
      // Nothing of it stands behind an exchange.
      await on.engine.batch(recount());
    },
  );

  it('tells what holds a lane', async () => {
    const on = await ground();
    const { views, lanes } = await room(on, undefined, {
      lanes: { interactive: { downtime: [{ days: [], from: '00:00', to: '00:00' }] } },
    });
    await lanes.open('national-portal/command', 'timeout', 30_000);
    await lanes.slowDown('national-portal/query', 60_000);
    const view = await one(views);
    expect(view.lanes.map((lane) => [lane.class, lane.state])).toEqual([
      ['command', 'breaker-open'],
      ['interactive', 'downtime'],
      ['query', 'slowed-down'],
    ]);
    expect(view.lanes[0]?.breaker).toMatchObject({ state: 'open', cause: 'timeout' });
    expect(view.lanes[2]?.ratePerSecond).toBe((view.lanes[2]?.policyRatePerSecond ?? 0) / 2);
    expect(view.lanes[2]?.notBefore).not.toBeNull();
  });

  it('an unconfigured system says so, and what waits for it is still counted', async () => {
    const on = await ground();
    const given = await askable(on, undefined);
    await plant(on, [{ key: 'A', state: 'pending' }]);
    const view = await one(createSystemViews({ ...on, ...given }));
    expect(view).toMatchObject({ configured: false, lanes: [], backlog: { waiting: 1 } });
  });
});

describe('what a person does to a system', () => {
  it('pause and resume stand in the lanes, the journal and the events', async () => {
    const on = await ground();
    const { views, control, woken } = await room(on);
    expect(await control.pause('national-portal', 'prn_a', 'bảo trì')).toEqual({ did: 'paused', probe: null });
    expect((await one(views)).lanes.map((lane) => [lane.state, lane.paused?.by, lane.paused?.reason])).toEqual(
      Array(3).fill(['paused', 'prn_a', 'bảo trì']),
    );
    on.pass(10);
    expect(await control.resume('national-portal', 'prn_b', 'xong')).toMatchObject({
      did: 'resumed',
      probe: { outcome: 'completed' },
    });
    expect((await one(views)).lanes.every((lane) => lane.state === 'open' && lane.paused === null)).toBe(true);
    expect(woken).toContain('national-portal/command');
    const lines = await on.rows(
      `select from_state, to_state, actor from journal where ref = 'system:national-portal' order by id`,
    );
    const [paused, resumed, why] = lines;
    expect(lines.map(({ actor }) => actor)).toEqual(['prn_a', 'prn_b', 'prn_b']);
    expect([paused?.from_state, resumed?.from_state, resumed?.to_state]).toEqual([
      'running',
      paused?.to_state,
      'running',
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/bảo trì|xong/);
    expect(await readWords(on.vault, JOURNAL_WORDS, [String(paused?.to_state), String(why?.to_state)])).toEqual([
      'paused: bảo trì',
      'reason: xong',
    ]);
    expect((await on.rows('select data from event')).map((row) => JSON.parse(String(row.data)).reason)).toEqual(
      Array(2).fill('by-a-person'),
    );
    expect((await on.rows('select type, ref from event order by id')).map((row) => row.type)).toEqual([
      'system.paused',
      'system.resumed',
    ]);
  });

  it('resuming tries a paused credential again once and for real; refused again it is paused again', async () => {
    const on = await ground();
    let probes = 0;
    const { control, lanes } = await room(
      on,
      scriptedPortal({}, () => {
        probes += 1;
        return notSent('login-refused', 900_000);
      }),
    );
    await lanes.loginRefused('national-portal');
    await lanes.loginRefused('national-portal');
    expect((await lanes.read()).map((lane) => lane.paused_reason)).toEqual(Array(3).fill('credential-refused'));
    expect(await control.resume('national-portal', 'prn_a', 'mật khẩu mới')).toMatchObject({
      probe: { code: 'login-refused', asked: true },
    });
    expect(probes).toBe(1);
    expect((await lanes.read()).map((lane) => [lane.paused_reason, lane.login_refusals])).toEqual(
      Array(3).fill(['credential-refused', 2]),
    );
    expect(on.notices).toContain('the credential was refused and is paused');
  });

  it('a login that works on resuming forgets the refusals', async () => {
    const on = await ground();
    const { control, lanes } = await room(on);
    await lanes.loginRefused('national-portal');
    await lanes.loginRefused('national-portal');
    await control.resume('national-portal', 'prn_a', 'mật khẩu mới');
    expect((await lanes.read()).map((lane) => [lane.paused_reason, lane.login_refusals])).toEqual(
      Array(3).fill([null, 0]),
    );
  });

  it('a probe tells how it went and is journalled', async () => {
    const on = await ground();
    let answer: ReturnType<typeof notSent> | ReturnType<typeof completed<string>> = completed('ok');
    const { control } = await room(
      on,
      scriptedPortal({}, () => answer),
    );
    expect(await control.probe('national-portal', 'prn_a')).toMatchObject({ outcome: 'completed', code: null });
    on.pass(10);
    answer = notSent('dns');
    expect(await control.probe('national-portal', 'prn_a')).toMatchObject({ outcome: 'not-sent', code: 'dns' });
    expect(await on.rows(`select to_state from journal where ref = 'system:national-portal' order by id`)).toEqual([
      { to_state: 'probed: completed' },
      { to_state: 'probed: not-sent' },
    ]);
  });

  it('nothing is done to what is not configured or not there', async () => {
    const on = await ground();
    const given = await askable(on, undefined);
    const control = createSystemControl({ ...on, ...given, wake: () => {} });
    expect(await control.pause('national-portal', 'prn_a', 'x')).toBe('not-configured');
    expect(await control.probe('national-portal', 'prn_a')).toBe('not-configured');
    expect(await control.resume('tax', 'prn_a', 'x')).toBeUndefined();
    expect(await on.rows('select count(*) as n from journal')).toEqual([{ n: 0 }]);
  });
});

it.runIf(onlySqlite)(
  'the backlog is counted by the small indexes, never by reading the history (a plan of SQLite)',
  async () => {
    const on = await ground();
    for (const statement of [counts(), oldest(), parkedStreams(), openCalls(), deliveredSince(1)]) {
      const plan = await on.engine.all<{ detail: string }>({
        ...statement,
        sql: `explain query plan ${statement.sql}`,
      });
      const scans = plan.filter(({ detail }) => /^SCAN (s|x|stream|exchange|call)\b/.test(detail));
      // Whole, only what holds few: streams that are parked or held, calls that are open.
      const small = /^SCAN (s|call) USING (COVERING )?INDEX (stream_parked|stream_held|call_open)/;
      expect(scans.filter(({ detail }) => !small.test(detail))).toEqual([]);
    }
  },
);

describe('what an act says', () => {
  it('a resume says how the probe went, and until when the refused credential rests', async () => {
    const on = await ground();
    const rests = { ...notSent('login-refused', 240_000), heard: true, ours: true } as const;
    const { control, views } = await room(
      on,
      scriptedPortal({}, () => rests),
    );
    const done = await control.resume('national-portal', 'prn_a', 'thử lại');
    if (done === undefined || done === 'not-configured') throw new Error('it was not done');
    expect(done).toMatchObject({ did: 'resumed', probe: { outcome: 'not-sent', code: 'login-refused', asked: false } });
    const restsUntil = done.probe?.restsUntil ?? 0;
    expect(Math.abs(restsUntil - on.platform.wall() - 240_000)).toBeLessThan(20_000);
    const [view] = await views.list({ fresh: true });
    if (view === undefined) throw new Error('there is no system');
    expect(holdsOf(view, restsUntil, on.platform.wall())).toContainEqual({
      ...{ lane: null, why: 'credential-rests', until: restsUntil },
    });
  });

  it('what they asked for stands in the view, is told once, and ends with a resume or a probe that they answer', async () => {
    const on = await ground();
    let answers = true;
    const { control, lanes, views } = await room(
      on,
      scriptedPortal({}, () => (answers ? completed('ok') : notSent('dns'))),
    );
    const lane = 'national-portal/command';
    const told = async (id: string) => {
      await lanes.slowDown(lane, 600_000);
      await lanes.told(
        lane,
        { forMs: 600_000, askedMs: 259_200_000, reason: 'rate-limited', until: '2026-05-01T00:10:00.000+07:00' },
        id,
      );
    };
    const toldOf = async () => (await one(views)).lanes.find(({ name }) => name === lane)?.told;
    await told('evt_1');
    await told('evt_2');
    expect(await toldOf()).toMatchObject({ reason: 'rate-limited', askedSeconds: 259_200 });
    expect((await on.rows(`select type, data from event where type = 'system.told-to-wait'`)).length).toBe(1);
    answers = false;
    await control.probe('national-portal', 'prn_a');
    expect(await toldOf()).not.toBeNull();
    answers = true;
    await control.probe('national-portal', 'prn_a');
    expect(await toldOf()).toBeNull();
    await told('evt_3');
    answers = false;
    await control.resume('national-portal', 'prn_a', 'họ đã chạy lại');
    expect(await toldOf()).toBeNull();
    expect((await lanes.read()).every((row) => row.not_before === 0)).toBe(true);
  });
});

describe('the estimate', () => {
  it('is not before what waits for its time, an open breaker, or what they asked for; none in a pause', async () => {
    const on = await ground();
    const { lanes, views, control } = await room(on);
    await plant(on, [
      { key: 'D1', state: 'retrying' },
      ...Array.from({ length: 4 }, (_, n) => ({ key: `E${n}`, state: 'delivered' })),
    ]);
    await on.engine.batch([
      sql(
        `insert into exchange_move (system, operation, standing, cause, n, at) values (?1, 'sync-dossier', 'delivered', '', 60, {at})`,
        'national-portal',
      ),
    ]);
    const clearInMs = async () => {
      const { clearAt } = (await one(views)).estimate;
      return clearAt === null ? null : Date.parse(clearAt) - on.platform.wall();
    };
    expect(await clearInMs()).toBeLessThan(60_000);
    await on.engine.batch([sql(`update stream set due_at = {now} + 660000 where key = 'D1'`)]);
    expect(await clearInMs()).toBeGreaterThan(600_000);
    await on.engine.batch([sql(`update stream set due_at = {now} where key = 'D1'`)]);
    await lanes.open('national-portal/command', 'timeout', 300_000);
    expect(await clearInMs()).toBeGreaterThan(270_000);
    await lanes.close('national-portal/command');
    await lanes.slowDown('national-portal/command', 200_000);
    expect(await clearInMs()).toBeGreaterThan(170_000);
    await control.pause('national-portal', 'prn_a', 'bảo trì');
    expect(await clearInMs()).toBeNull();
    await on.engine.batch(recount());
  });
});
