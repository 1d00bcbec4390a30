import { describe, expect, it } from 'vitest';
import { exchangeState } from '../../contracts/domain/exchange.ts';
import { standing } from '../../test/kit/exchanges.ts';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createLanes, pauseLanes } from '../delivery/sending/lanes.ts';
import { createSystems } from '../delivery/systems.ts';
import { attemptRow } from '../delivery/tables.ts';
import { ownedDeliveries } from '../events/subscriptions.ts';
import { openSqlite, sqliteText } from '../store/engine/sqlite.ts';
import { type Statement, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { countsOf, type ExchangeFilter, listExchanges, lots, sliceOf } from './exchange-views.ts';
import { createExchanges } from './exchanges.ts';
import type { Sight } from './sight.ts';

async function viewsOn(on: Ground, configured = true) {
  const portal = scriptedPortal({});
  const systems = createSystems([
    { name: 'national-portal', title: portal.title, adapter: configured ? portal : undefined },
    { name: 'tax', title: portal.title },
  ]);
  const lanes = createLanes(on.engine);
  await lanes.ensure(systems);
  return { views: createExchanges({ ...on, systems, filled: () => [] }), lanes };
}
const page = { before: undefined as string | undefined, limit: 10, caller: 'van-hanh' };

describe('listing exchanges', () => {
  it('by system, key, states, operation, cause and time; the newest first, page by page', async () => {
    const on = await ground();
    await standing(on, [
      { id: 'x_01', key: 'D1', seq: 1, state: 'superseded' },
      { id: 'x_02', key: 'D1', seq: 2, state: 'dead', cause: 'timeout' },
      { id: 'x_03', key: 'D2', seq: 1, state: 'rejected', operation: 'sync-progress', kind: 'appended' as const },
    ]);
    await standing(on, [{ id: 'x_04', key: 'D1', seq: 1, state: 'pending' }], { system: 'tax' });
    const { views } = await viewsOn(on);
    const ids = async (filter: Parameters<typeof views.list>[0], more = page) =>
      (await views.list(filter, more)).map((row) => row.id);
    expect(await ids({})).toEqual(['x_04', 'x_03', 'x_02', 'x_01']);
    expect(await ids({ system: 'national-portal' })).toEqual(['x_03', 'x_02', 'x_01']);
    expect(await ids({ key: 'D1' })).toEqual(['x_04', 'x_02', 'x_01']);
    expect(await ids({ key: 'D1', system: 'tax' })).toEqual(['x_04']);
    expect(await ids({ states: ['dead', 'rejected'] })).toEqual(['x_03', 'x_02']);
    expect(await ids({ operations: ['sync-progress'] })).toEqual(['x_03']);
    expect(await ids({ causes: ['timeout'] })).toEqual(['x_02']);
    expect(await ids({}, { ...page, before: 'x_03', limit: 1 })).toEqual(['x_02', 'x_01']);
    const [shown] = await views.list({ causes: ['timeout'] }, page);
    expect(shown).toMatchObject({ system: 'national-portal', key: 'D1', seq: 2, state: 'dead', kind: 'collapsing' });
  });

  it('by the time of acceptance, without reading what is older', async () => {
    const on = await ground();
    const now = on.platform.wall();
    const { views } = await viewsOn(on);
    const idAt = (ms: number) =>
      `x_${ms
        .toString(32)
        .replaceAll(/[ilou]/g, 'z')
        .padStart(10, '0')}`;
    await standing(on, [
      { id: `${idAt(0)}a`, key: 'D1', seq: 1, state: 'delivered', acceptedAt: now - 86_400_000 },
      { id: 'x_zzz', key: 'D2', seq: 1, state: 'delivered', acceptedAt: now },
    ]);
    expect((await views.list({ acceptedFrom: now - 1000 }, page)).map((row) => row.id)).toEqual(['x_zzz']);
  });
});

const LOTS = [
  { system: 'national-portal', operation: 'sync-dossier' },
  { system: 'national-portal', operation: 'sync-progress' },
  { system: 'subscriber', operation: 'deliver-event' },
];

describe('whatever narrows a list', () => {
  it('each share is read along an index that has it in order, and nothing from end to end', async () => {
    const store = openSqlite({ file: ':memory:', wallMs: () => 1, steadyMs: () => 1 });
    await migrate(store);
    const page = {
      before: 'x_2',
      limit: 5,
      systems: [],
      sight: { caller: 'an', owned: [ownedDeliveries] },
      lots: LOTS,
    };
    const plan = (filter: ExchangeFilter) => {
      const { sql: text, params } = listExchanges(filter, page);
      const rows = store.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params);
      return (rows as { detail: string }[]).map(({ detail }) => detail);
    };
    const ways = (filter: ExchangeFilter) => plan(filter).filter((detail) => / x\b/.test(detail));
    const lot = 'SEARCH x USING INDEX exchange_delivered (system=? AND operation=? AND id<?)';
    const newest = 'SEARCH x USING INDEX exchange_id (id<?)';
    const failing = 'SEARCH x USING INDEX exchange_failing (state=? AND id<?)';
    const resting = 'SEARCH x USING INDEX exchange_resting (system=? AND state=? AND id<?)';
    expect(ways({})).toEqual([newest]);
    const open = 'SEARCH x USING INDEX exchange_open (system=? AND id<?)';
    const all = (lots: number, systems: number): string[] =>
      [
        ...Array(lots).fill(lot),
        ...Array(systems).fill(open),
        ...Array(2 * systems).fill(resting),
        ...Array(4).fill(failing),
        'SEARCH x USING PRIMARY KEY (stream=?)',
      ].sort();
    expect(ways({ system: 'national-portal' }).sort()).toEqual(all(2, 1));
    expect(ways({ system: 'national-portal', operations: ['sync-progress'] }).sort()).toEqual(all(1, 1));
    expect(ways({ operations: ['deliver-event'] }).sort()).toEqual(all(1, 1));
    expect(ways({ states: ['delivered'] })).toEqual(LOTS.map(() => lot));
    expect(ways({ states: ['delivered'], system: 'subscriber' })).toEqual([lot]);
    expect(ways({ system: 'national-portal', states: ['pending'] })).toEqual([open]);
    const systems = [...new Set(LOTS.map((each) => each.system))];
    expect(ways({ states: ['pending'] })).toEqual(systems.map(() => open));
    for (const system of [undefined, 'national-portal']) {
      for (const state of ['retrying', 'uncertain', 'rejected', 'dead'])
        expect(ways({ system, states: [state] })).toEqual([failing]);
      for (const state of ['superseded', 'cancelled'])
        expect(ways({ system, states: [state] })).toEqual(
          Array(systems.filter((each) => (system ?? each) === each).length).fill(resting),
        );
      expect(ways({ system, causes: ['timeout'] })).toEqual(['SEARCH x USING INDEX exchange_cause (cause=? AND id<?)']);
      const sending = plan({ system, states: ['sending'] });
      expect(sending).toContain('SEARCH x USING PRIMARY KEY (stream=?)');
      expect(sending).toContainEqual(expect.stringMatching(/^S[A-Z]+ h USING (COVERING )?INDEX stream_held/));
    }
    await store.close();
  });

  it('the lots are known from what is kept, and shares together are one list', async () => {
    const on = await ground();
    const states = exchangeState.options;
    const ids = states.map((_, n) => `x_${n}`);
    for (const [n, state] of states.entries())
      await standing(on, [{ id: `x_${n}`, key: `D${n}`, seq: 1, state, cause: n % 2 === 0 ? 'even' : null }], {
        owner: state === 'sending' ? 'o' : null,
      });
    await standing(on, [{ id: 'x_z', key: 'D1', seq: 1, state: 'delivered', operation: 'declare' }], { system: 'tax' });
    await standing(on, [{ id: 'x_y', key: 'D2', seq: 1, state: 'delivered' }], { system: 'tax' });
    expect(await on.engine.scan(lots())).toEqual([
      { system: 'national-portal', operation: 'sync-dossier' },
      { system: 'tax', operation: 'declare' },
      { system: 'tax', operation: 'sync-dossier' },
    ]);
    const { views } = await viewsOn(on);
    const list = async (filter: ExchangeFilter, more: Partial<typeof page> = {}) =>
      (await views.list(filter, { ...page, limit: 20, ...more })).map(({ id }) => id);
    expect(await list({ states })).toEqual(['x_z', 'x_y', ...ids.toReversed()]);
    expect(await list({ states, system: 'national-portal' })).toEqual(ids.toReversed());
    expect(await list({ states }, { limit: 2, before: 'x_5' })).toEqual(['x_4', 'x_3', 'x_2']);
    for (const [n, state] of states.entries())
      expect(await list({ states: [state], system: 'national-portal' })).toEqual([`x_${n}`]);
    expect(await list({ system: 'tax' })).toEqual(['x_z', 'x_y']);
    expect(await list({ operations: ['sync-dossier', 'declare'], system: 'tax' })).toEqual(['x_z', 'x_y']);
    expect(await list({ operations: ['declare'] })).toEqual(['x_z']);
    expect(await list({ operations: ['nothing'] })).toEqual([]);
    expect(await list({ causes: ['even', 'even'] })).toEqual(ids.filter((_, n) => n % 2 === 0).toReversed());
    expect(await list({ causes: ['even'], states: ['dead', 'delivered', 'rejected'] })).toEqual(
      ['x_6', 'x_4'].filter((id) => ['dead', 'delivered', 'rejected'].includes(states[Number(id.slice(2))] ?? '')),
    );
    expect(await list({ causes: ['even'], states: ['dead'], operations: ['sync-dossier'] })).toEqual(['x_4']);
    expect(await list({ acceptedTo: Number.MAX_SAFE_INTEGER, system: 'tax' })).toEqual(['x_z', 'x_y']);
  });
});

it('what belongs to somebody is left out along the same index', async () => {
  const store = openSqlite({ file: ':memory:', wallMs: () => 1, steadyMs: () => 1 });
  await migrate(store);
  const way = ({ sql: text, params }: Statement) =>
    (store.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params) as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => / x\b/.test(detail));
  const of = (filter: ExchangeFilter, sight: Sight) => [
    way(listExchanges(filter, { before: 'x_2', limit: 5, sight, lots: LOTS })),
    way(sliceOf(filter, sight, 'x_1', 5)),
    way(countsOf(filter, sight)),
  ];
  const ones: Sight = { caller: 'an', owned: [ownedDeliveries] };
  for (const filter of [
    {},
    { system: 'subscriber' },
    { system: 'national-portal' },
    { streams: ['national-portal:D1'] },
    { states: ['dead'] },
  ])
    expect(of(filter, ones)).toEqual(of(filter, { caller: null, owned: [] }));
  await store.close();
});

describe('seeing one exchange', () => {
  it('says what holds it', async () => {
    const step = { operation: 'sync-progress', kind: 'appended' as const };
    const event = { operation: 'deliver-event', kind: 'appended' as const };
    const cases = [
      [[{ id: 'x', seq: 1, state: 'sending' }], { owner: 'o' }, ['sending']],
      [[{ id: 'x', seq: 1, state: 'delivered' }], {}, []],
      [
        [{ id: 'x', seq: 1, version: 2, state: 'pending', ...step }],
        { sentVersion: 1 },
        ['its-snapshot', 'not-due-yet'],
      ],
      [
        [
          { id: 'x0', seq: 1, version: 1, state: 'dead', ...step },
          { id: 'x', seq: 2, version: 1, state: 'pending', ...step },
        ],
        { sentVersion: 1 },
        ['dead-step', 'not-due-yet'],
      ],
      [
        [
          { id: 'x0', seq: 1, version: null, state: 'dead', ...event },
          { id: 'x', seq: 2, version: null, state: 'pending', ...event },
        ],
        {},
        ['not-due-yet'],
      ],
      [
        [
          { id: 'x0', seq: 1, version: 1, state: 'retrying', ...step },
          { id: 'x', seq: 2, version: 1, state: 'pending', ...step },
        ],
        { sentVersion: 1 },
        ['earlier-exchange', 'not-due-yet'],
      ],
      [
        [{ id: 'x', seq: 1, state: 'uncertain' }],
        { parkedReason: 'needs-a-person', quietMs: 9_000 },
        ['parked', 'quiet-time'],
      ],
    ] as const;
    for (const [exchanges, stream, holds] of cases) {
      const on = await ground();
      await standing(on, exchanges, stream);
      const { views } = await viewsOn(on);
      expect((await views.find('x', 'van-hanh'))?.stream.holds.map(({ why }) => why)).toEqual(holds);
    }
  });

  it('says how its lane stands, and that a system is not configured', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x', seq: 1, state: 'retrying' }]);
    const { views, lanes } = await viewsOn(on);
    await lanes.open('national-portal/command', 'timeout', 60_000);
    await on.engine.batch([pauseLanes('national-portal', 'person-1', 'maintenance')]);
    expect(await views.find('x', 'van-hanh')).toMatchObject({
      tries: [{ n: 1, call: 'call-x', outcome: 'rejected' }],
      stream: {
        holds: [{ why: 'not-due-yet' }, { why: 'lane-paused', until: null }, { why: 'breaker-open' }],
        lane: { name: 'national-portal/command', breaker: 'open', pausedReason: 'maintenance', pausedBy: 'person-1' },
      },
    });
    const other = await ground();
    await standing(other, [{ id: 'x', seq: 1, state: 'pending' }]);
    expect(
      (await (await viewsOn(other, false)).views.find('x', 'van-hanh'))?.stream.holds.map(({ why }) => why),
    ).toContain('system-not-configured');
    expect(await views.find('nothing', 'van-hanh')).toBeUndefined();
  });

  it('I6: shows their words and answers only for a purpose, and the journal has it first', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x', seq: 1, state: 'rejected' }]);
    const subject = on.vault.newSubject();
    const [detail = '', raw = ''] = await on.vault.seal([
      {
        subject,
        purpose: 'attempt.detail',
        row: attemptRow('x', 1),
        text: JSON.stringify({ message: 'Nguyễn Văn Mẫu chưa có', fields: ['/applicant'] }),
      },
      { subject, purpose: 'call.raw', row: 'call-x', text: '{"error":"Nguyễn Văn Mẫu"}' },
    ]);
    await on.engine.batch([
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'dossier', 'D1', ?2, ?3, 1)`,
        subject.id,
        subject.salt,
        subject.epoch,
      ),
      sql('update exchange set subject = ?1', subject.id),
      sql('update attempt set detail = ?1', detail),
      sql(
        `insert into call (id, lane, operation, purpose, owner, items, started_at, subject, raw) values ('call-x', 'national-portal/command', 'sync-dossier', 'send', 'o', 1, 1, ?1, ?2)`,
        subject.id,
        raw,
      ),
    ]);
    const { views } = await viewsOn(on);
    expect(JSON.stringify(await views.find('x', 'van-hanh'))).not.toContain('Mẫu');
    expect(await on.rows(`select id from journal where to_state like 'revealed%'`)).toEqual([]);
    const seen = await views.reveal('x', { id: 'person-1', role: 'operator' }, 'a citizen asks');
    expect(seen?.tries[0]).toMatchObject({
      detail: { message: 'Nguyễn Văn Mẫu chưa có', fields: ['/applicant'] },
      answer: '{"error":"Nguyễn Văn Mẫu"}',
      purpose: 'send',
    });
    expect(await on.rows(`select ref, actor, to_state from journal where to_state like 'revealed%'`)).toEqual([
      { ref: 'x', actor: 'person-1', to_state: 'revealed: a citizen asks' },
    ]);
    // Once the person's data is erased, there is nothing left to see.
    await on.engine.batch([sql('update subject set salt = null')]);
    expect((await views.reveal('x', { id: 'person-1', role: 'operator' }, 'a citizen asks'))?.tries[0]).toMatchObject({
      detail: null,
      answer: null,
    });
  });
});
