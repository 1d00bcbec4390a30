import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBench, put } from '../../test/kit/delivery/bench.ts';
import { held } from '../dossiers/statements.ts';
import { openSqlite, sqliteText } from '../store/engine/sqlite.ts';
import { type Statement, sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { recount } from './counting.ts';
import { exchangeDelivered } from './event-types.ts';
import { openCalls } from './sending/call-statements.ts';
import { type Candidate, candidates, claim, followers, nextInLane } from './sending/claim-statements.ts';
import { type SettleCommand, settle } from './sending/settle-statements.ts';
import { abandoned, endLostCalls, parksEnded } from './sending/sweep-statements.ts';
import { stands } from './standing.ts';
import { enqueue } from './statements.ts';

const settlement = (
  more: Partial<SettleCommand> & Pick<SettleCommand, 'stream' | 'exchange' | 'epoch'>,
): SettleCommand => ({
  to: 'delivered',
  cause: null,
  outcome: 'completed',
  code: null,
  detail: null,
  version: 1,
  sentVersion: 1,
  dueInMs: 0,
  triedMs: 0,
  quietMs: 0,
  toldMs: 0,
  doubt: 'none',
  suspect: false,
  kind: 'collapsing',
  parkedReason: null,
  waitsFor: null,
  parkedForMs: null,
  result: null,
  ...more,
});

describe('I3: fencing', () => {
  it('a settlement that the sweep forestalled changes nothing, though the epoch is still its own', async () => {
    const bench = await createBench();
    const gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'hangs', delayMs: 1 });
    void gateway.accept(put('D1', 1));
    await bench.idle();
    gateway.kill();
    await bench.start();
    const look = () =>
      bench.rows(
        'select s.*, x.state, x.cause, a.outcome from stream s join exchange x on x.stream = s.id join attempt a on a.exchange = x.id',
      );
    const before = await look();
    expect(before).toMatchObject([{ state: 'uncertain', owner: null, doubt: 'look-after', outcome: 'unknown' }]);
    const [row] = await bench.rows<{ id: string; stream: string; epoch: number }>(
      'select x.id, s.id as stream, s.epoch from stream s join exchange x on x.stream = s.id',
    );
    const rows = await bench.engine.batch(
      settle({
        items: [settlement({ stream: row?.stream ?? '', exchange: row?.id ?? '', epoch: row?.epoch ?? 0 })],
        events: [
          {
            id: 'e1',
            stream: row?.stream ?? '',
            type: exchangeDelivered,
            onlyWhileParked: 0,
            system: 's',
            ref: 'D1',
            data: {},
          },
        ],
        calls: [],
        watches: [],
        rooms: [],
        token: 'late',
        actor: 'zombie',
      }),
    );
    expect(rows.at(-1)).toMatchObject([{ settled: 0 }]);
    expect(await look()).toEqual(before);
    expect(await bench.rows('select id from event')).toEqual([]);
    expect(await bench.rows(`select id from journal where actor = 'zombie'`)).toEqual([]);
    await bench.close();
  });

  it.each([
    ['another owner', { owner: 'process-9', epoch: 1 }],
    ['an older epoch', { owner: 'process-1', epoch: 0 }],
  ])('no call is opened for %s', async (_, { owner, epoch }) => {
    const bench = await createBench();
    const gateway = await bench.start();
    bench.portal.behave = () => ({ kind: 'hangs', delayMs: 1 });
    void gateway.accept(put('D1', 1));
    await bench.idle();
    const [row] = await bench.rows<{ id: string; stream: string }>('select id, stream from exchange');
    let made = 0;
    const open = (by: string, under: number) => {
      const call = `c${++made}`;
      return bench.engine.batch(
        openCalls({
          calls: [
            {
              id: call,
              lane: 'national-portal/command',
              operation: 'sync-dossier',
              purpose: 'send',
              items: 1,
              paid: true,
            },
          ],
          attempts: [
            {
              exchange: row?.id ?? '',
              stream: row?.stream ?? '',
              epoch: under,
              call,
              version: null,
            },
          ],
          token: 't',
          owner: by,
        }),
      );
    };
    expect((await open(owner, epoch)).at(-1)).toEqual([]);
    expect((await open('process-1', 1)).at(-1)).toEqual([{ exchange: row?.id }]);
    await bench.engine.batch([sql('update stream set lease_until = {now} - 1')]);
    expect((await open('process-1', 1)).at(-1)).toEqual([]);
    await bench.close();
  });
});

describe('I2: what a stream waits for', () => {
  it.each([
    ['the owner’s word on how it stands ends', true, { parked_reason: null, doubt: 'none' }],
    ['what was made from what is held leaves', false, { parked_reason: 'nation-differs', doubt: 'ask-first' }],
  ])('%s it, also where it came up after that was judged', async (_, settlesDoubt, after) => {
    const bench = await createBench();
    const gateway = await bench.start();
    void gateway.accept(put('D1', 1));
    await bench.advance(100);
    const [stream] = await bench.rows<{ id: string; system: string; key: string; lane: string }>(
      'select * from stream',
    );
    if (stream === undefined) throw new Error('no stream');
    const { id, system, key, lane } = stream;
    await bench.engine.batch([
      sql(
        `update stream set parked_reason = 'nation-differs', waits_for = 'owner', parked_at = 1, doubt = 'ask-first'`,
      ),
      sql(`update dossier set written_by = 't'`),
      ...enqueue({
        streams: [{ stream: id, system, key, lane, count: 0, version: 2, alreadyThere: false, settlesDoubt }],
        exchanges: [],
        stampedBy: { table: 'dossier', column: 'code' },
        token: 't',
        mayExist: true,
      }),
    ]);
    expect(await bench.rows('select parked_reason, doubt, desired_version from stream')).toEqual([
      { ...after, desired_version: 2 },
    ]);
    await bench.close();
  });
});

describe('a claim of what was seen before', () => {
  const LANE = 'national-portal/command';

  /** Three dossiers that wait, and a claim of all three in as many calls. */
  async function seen() {
    const bench = await createBench();
    const gateway = await bench.start({ configured: false });
    for (const code of ['D1', 'D2', 'D3']) void gateway.accept(put(code, 1));
    await bench.advance(100);
    gateway.kill();
    await bench.engine.batch([
      sql(
        `insert into lane (name, system, class, rate, policy_rate, burst, tokens, refilled_at, max_open)
         values (?1, 'national-portal', 'command', 100, 100, 100, 100, {now}, 10) on conflict (name) do nothing`,
        LANE,
      ),
    ]);
    const rows = await bench.engine.all<Candidate>(candidates(LANE, 10, 3));
    const claimed = (places: readonly number[], owner = 'p') =>
      bench.engine
        .batch(
          claim({
            ...{ lane: LANE, token: `t-${owner}`, owner, leaseMs: 40_000, batchSize: 1 },
            streams: rows.map((row, index) => ({
              ...{ stream: row.stream, epoch: row.epoch, writtenBy: row.written_by, doubt: row.doubt },
              ...{ nth: index + 1, place: places[index] ?? 0, cost: places[index] ?? 0 },
            })),
            exchanges: rows.map((row, index) => ({
              ...{ stream: row.stream, exchange: row.id, state: row.claimed_from, behind: null, version: 1 },
              ...{ slot: places[index] ?? 0, call: `${owner}-${places[index]}` },
            })),
            calls: [...new Set(places)].map((n) => ({ id: `${owner}-${n}`, operation: 'sync-dossier' })),
          }),
        )
        .then((answer) => answer.at(-1)?.map(({ exchange }) => rows.find(({ id }) => id === exchange)?.key));
    return { bench, rows, claimed };
  }

  it('opens its calls and attempts, and spends a token for each call and not for each stream', async () => {
    const { bench, claimed } = await seen();
    await bench.engine.batch([sql('update lane set tokens = 2, rate = 0.001 where name = ?1', LANE)]);
    expect(await claimed([1, 2, 2])).toEqual(['D1', 'D2', 'D3']);
    expect(await bench.rows('select id, items from call order by id')).toEqual([
      { id: 'p-1', items: 1 },
      { id: 'p-2', items: 2 },
    ]);
    expect(await bench.rows('select count(*) as n from attempt where ended_at is null and n = 1')).toEqual([{ n: 3 }]);
    expect(await bench.rows('select floor(tokens) as n from lane where name = ?1', LANE)).toEqual([{ n: 0 }]);
    await bench.close();
  });

  it('takes no more calls than there are tokens for', async () => {
    const { bench, claimed } = await seen();
    await bench.engine.batch([sql('update lane set tokens = 2.5, rate = 0.001 where name = ?1', LANE)]);
    expect(await claimed([1, 2, 3])).toEqual(['D1', 'D2']);
    expect(await bench.rows('select count(*) as n from stream where owner is not null')).toEqual([{ n: 2 }]);
    expect(await bench.rows('select id from call order by id')).toEqual([{ id: 'p-1' }, { id: 'p-2' }]);
    await bench.close();
  });

  it('lets one through an open breaker, whatever it asked for', async () => {
    const { bench, claimed } = await seen();
    await bench.engine.batch([sql(`update lane set breaker = 'open', open_until = 0 where name = ?1`, LANE)]);
    expect(await claimed([1, 2, 3])).toEqual(['D1']);
    await bench.close();
  });

  it.each([
    ['was written since', `update stream set written_by = 'other' where key = 'D2'`],
    ['somebody else took', `update stream set owner = 'other' where key = 'D2'`],
    ['was taken and let go', `update stream set epoch = epoch + 1 where key = 'D2'`],
    ['is to be asked about first', `update stream set doubt = 'ask-first' where key = 'D2'`],
    ['was parked', `update stream set parked_reason = 'held' where key = 'D2'`],
    ['is to be left alone', `update stream set quiet_until = {now} + 1000 where key = 'D2'`],
    [
      'was superseded',
      `update exchange set state = 'superseded' where stream in (select id from stream where key = 'D2')`,
    ],
  ])('I3: leaves a stream that %s, and opens nothing for it', async (_, change) => {
    const { bench, claimed } = await seen();
    await bench.engine.batch([sql(change), sql(`update stream set standing = ${stands('stream')}`), ...recount()]);
    expect(await claimed([1, 2, 3])).toEqual(['D1', 'D3']);
    expect(await bench.rows('select id from call order by id')).toEqual([{ id: 'p-1' }, { id: 'p-3' }]);
    expect(
      await bench.rows(`select a.call from attempt a join exchange x on x.id = a.exchange
        join stream s on s.id = x.stream where s.key = 'D2'`),
    ).toEqual([]);
    await bench.engine.batch(recount());
    await bench.close();
  });

  it('I3: two that saw the same take each stream once', async () => {
    const { bench, claimed } = await seen();
    const [one, other] = await Promise.all([claimed([1, 2, 3], 'p'), claimed([1, 2, 3], 'q')]);
    expect([...(one ?? []), ...(other ?? [])].sort()).toEqual(['D1', 'D2', 'D3']);
    await bench.close();
  });
});

describe('with 100,000 streams', () => {
  const engine = openSqlite({ file: ':memory:' });
  const STREAMS = 100_000;
  beforeAll(async () => {
    await migrate(engine);
    engine.database.exec(`
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${STREAMS})
      insert into stream (id, system, key, lane, next_seq, desired_version, due_at, written_by)
        select 'national-portal:D' || i, 'national-portal', 'D' || i, 'national-portal/command', 2, 1, i, 'load' from n;
      insert into exchange (id, system, stream, seq, operation, kind, version, payload_hash, state, due_at, accepted_at, accepted_by)
        select 'x' || s.key, s.system, s.id, 1, 'sync-dossier', 'collapsing', 1, 'h', 'pending', s.due_at, s.due_at, 'province' from stream s;
      insert into dossier (code, subject, updated_at, content_mac, version, status, channel, agency, procedure, changed_at, step_keys, written_by)
        select s.key, 'sub', 1, 'mac', 1, 'processing', 'online', 'a', 'p', 1, '[]', 'load' from stream s;
      insert into lane (name, system, class, rate, policy_rate, burst, tokens, refilled_at, max_open)
        values ('national-portal/command', 'national-portal', 'command', 100000, 100000, 100000, 100000, 0, 64);`);
  });
  afterAll(() => engine.close());

  const input = {
    lane: 'national-portal/command',
    token: 't',
    owner: 'p',
    leaseMs: 40_000,
    batchSize: 1,
  };
  const claimOf = (rows: readonly Candidate[]) =>
    claim({
      ...input,
      streams: rows.map((row, index) => ({
        ...{ stream: row.stream, epoch: row.epoch, writtenBy: row.written_by, doubt: row.doubt },
        ...{ nth: index + 1, place: index + 1, cost: index + 1 },
      })),
      exchanges: rows.map((row, index) => ({
        ...{ stream: row.stream, exchange: row.id, state: row.claimed_from, version: 1 },
        ...{ behind: null, slot: index + 1, call: `call${index + 1}` },
      })),
      calls: rows.map((_, index) => ({ id: `call${index + 1}`, operation: 'sync-dossier' })),
    });
  const seven = { stream: 'national-portal:D7', epoch: 1, written_by: 'load', doubt: 'none', id: 'xD7' } as Candidate;
  const streams = [
    {
      stream: 'national-portal:D7',
      system: 'national-portal',
      key: 'D7',
      lane: input.lane,
      count: 1,
      version: 2,
      alreadyThere: false,
      settlesDoubt: true,
    },
  ];
  const exchanges = [
    {
      id: 'x2',
      stream: 'national-portal:D7',
      back: 1,
      operation: 'sync-dossier',
      kind: 'collapsing' as const,
      version: 2,
      subject: 's',
      part: null,
      payload: 'p',
      hash: 'h',
      actor: 'a',
    },
  ];
  const one = { stream: 'national-portal:D7', exchange: 'xD7', epoch: 1 };
  const cases: [string, readonly Statement[]][] = [
    ['accept looks', [held(['D7'])]],
    [
      'enqueue',
      enqueue({ streams, exchanges, stampedBy: { table: 'dossier', column: 'code' }, token: 't', mayExist: true }),
    ],
    ['next in lane', [nextInLane(input.lane)]],
    ['a look', [candidates(input.lane, 64, 16)]],
    ['a look behind', [followers([{ stream: 'national-portal:D7', lead: 'xD7', version: 1 }])]],
    ['claim', claimOf([seven])],
    [
      'open calls',
      openCalls({
        calls: [{ id: 'c', lane: input.lane, operation: 'sync-dossier', purpose: 'send', items: 1, paid: true }],
        attempts: [{ ...one, call: 'c', version: 1 }],
        token: 't',
        owner: 'p',
      }),
    ],
    [
      'settle',
      settle({
        items: [settlement(one)],
        events: [],
        calls: [{ id: 'c', outcome: 'completed', subject: null, raw: null }],
        watches: [],
        rooms: [],
        token: 't',
        actor: 'd',
      }),
    ],
    [
      'sweep',
      [abandoned(false, 500), abandoned(true, 500), parksEnded(500), endLostCalls('p', true), endLostCalls('p', false)],
    ],
  ];

  it.each(cases)('%s reads no table from end to end', (_, statements) => {
    for (const { sql: text, params } of statements) {
      const plan = engine.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params) as {
        detail: string;
      }[];
      const scans = plan
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN (?!v\b|json_each|CONSTANT ROW|\d)/.test(detail))
        // What was materialised a line above, and partial indexes of the few that are held, parked or open.
        .filter((detail) => !/^SCAN (o|l|h|r|t|f|held|room|free|taken|oldest|freshest|w|n|k)\b/.test(detail))
        .filter((detail) => !/USING (COVERING )?INDEX (stream_(held|parked)|call_open)/.test(detail));
      expect(scans, text).toEqual([]);
    }
  });

  it('a look and a claim of 64 are done in a few milliseconds, the freshest and the oldest among them', async () => {
    const startedAt = process.threadCpuUsage();
    const seen = await engine.all<Candidate>(candidates(input.lane, 64, 16));
    const rows = await engine.batch(claimOf(seen));
    const { user, system } = process.threadCpuUsage(startedAt);
    const took = (user + system) / 1_000;
    const keys = new Set(rows.at(-1)?.map(({ exchange }) => String(exchange).slice(1)));
    expect(keys.size).toBe(64);
    expect([...Array(16).keys()].every((n) => keys.has(`D${n + 1}`))).toBe(true);
    expect([...Array(48).keys()].every((n) => keys.has(`D${STREAMS - n}`))).toBe(true);
    // Milliseconds of this thread at work, so that a busy machine takes nothing away. Two hundred times what it takes on
    // a quiet machine would still be no scan of 100,000 rows with a sort.
    expect(took).toBeLessThan(250);
  });
});
