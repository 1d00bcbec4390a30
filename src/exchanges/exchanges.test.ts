import { describe, expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createLanes, pauseLanes } from '../delivery/sending/lanes.ts';
import { createSystems } from '../delivery/systems.ts';
import { ownedDeliveries } from '../events/subscriptions.ts';
import { openSqlite, sqliteText } from '../store/engine/sqlite.ts';
import { type Statement, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { countsOf, type ExchangeFilter, listExchanges, sliceOf } from './exchange-views.ts';
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

it('what belongs to somebody is left out along the same index', async () => {
  const store = openSqlite({ file: ':memory:', wallMs: () => 1, steadyMs: () => 1 });
  await migrate(store);
  const way = ({ sql: text, params }: Statement) =>
    (store.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params) as { detail: string }[])
      .map(({ detail }) => detail)
      .filter((detail) => / x\b/.test(detail));
  const of = (filter: ExchangeFilter, sight: Sight) => [
    way(listExchanges(filter, { before: 'x_2', limit: 5, sight })),
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
      expect((await views.find('x', 'van-hanh'))?.stream.heldBy).toEqual(holds);
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
        heldBy: ['not-due-yet', 'lane-paused', 'breaker-open'],
        lane: { name: 'national-portal/command', breaker: 'open', pausedReason: 'maintenance', pausedBy: 'person-1' },
      },
    });
    const other = await ground();
    await standing(other, [{ id: 'x', seq: 1, state: 'pending' }]);
    expect((await (await viewsOn(other, false)).views.find('x', 'van-hanh'))?.stream.heldBy).toContain(
      'system-not-configured',
    );
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
        text: JSON.stringify({ message: 'Nguyễn Văn Mẫu chưa có', fields: ['/applicant'] }),
      },
      { subject, purpose: 'call.raw', text: '{"error":"Nguyễn Văn Mẫu"}' },
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
