import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { epochMs, vietnamTime } from '../../contracts/domain/time.ts';
import { type Bench, createBench, type Process, put, snapshotOf, stepOf } from '../../test/kit/delivery/bench.ts';
import { ground } from '../../test/kit/room.ts';
import { onlySqlite } from '../../test/kit/store.ts';
import { recount } from '../delivery/counting.ts';
import { type Engine, StoreUnavailable, sql } from '../store/engine.ts';
import { createAccept } from './accept.ts';
import type { AcceptCommand } from './acceptance.ts';

let bench: Bench;
let gateway: Process;
beforeEach(async () => {
  bench = await createBench();
  gateway = await bench.start();
});
afterEach(async () => {
  expect(bench.portal.overlaps).toEqual([]);
  await bench.close();
});

async function take(command: AcceptCommand, by = gateway) {
  const answer = by.accept(command);
  await bench.idle();
  return answer;
}
const hand = (mark: number, more: Partial<DossierSnapshot> = {}) => take(put('D1', mark, more));
const sent = () => bench.portal.sends('D1').length;

describe('a snapshot handed over', () => {
  it('for the first time is created, and is on disk with its journal when that is answered (I1)', async () => {
    const answer = gateway.accept(put('D1', 1, { steps: [stepOf(1)] }));
    await expect(answer).resolves.toMatchObject({ kind: 'accepted', created: true, version: 1 });
    expect(
      await bench.rows(
        `select from_state, to_state, actor from journal where from_state is null and actor <> 'configuration' order by id`,
      ),
    ).toEqual([
      { from_state: null, to_state: 'pending', actor: 'province' },
      { from_state: null, to_state: 'pending', actor: 'province' },
    ]);
  });

  it('again is unchanged and sends nothing', async () => {
    const first = await hand(1);
    await expect(hand(1)).resolves.toMatchObject({
      kind: 'unchanged',
      version: 1,
      state: 'delivered',
      exchange: first.kind === 'accepted' ? first.exchange : '',
    });
    expect(sent()).toBe(1);
  });

  it('older than the one held is stale, even with the same content', async () => {
    await hand(2);
    await expect(hand(1)).resolves.toMatchObject({ kind: 'refused', reason: 'stale-revision' });
    await expect(hand(2, { updatedAt: snapshotOf('D1', 1).updatedAt })).resolves.toMatchObject({
      kind: 'refused',
      reason: 'stale-revision',
    });
    expect(sent()).toBe(1);
  });

  it('of the same order with other content conflicts', async () => {
    await hand(1);
    await expect(hand(1, { note: 'other' })).resolves.toMatchObject({
      kind: 'refused',
      reason: 'conflicting-revision',
    });
    expect(sent()).toBe(1);
  });

  it('once ordered by revision must have one', async () => {
    await hand(1, { revision: 5 });
    await expect(hand(2)).resolves.toMatchObject({ kind: 'refused', reason: 'revision-required' });
    await expect(hand(2, { revision: 4 })).resolves.toMatchObject({ kind: 'refused', reason: 'stale-revision' });
    await expect(hand(2, { revision: 5 })).resolves.toMatchObject({ kind: 'refused', reason: 'conflicting-revision' });
    await expect(hand(2, { revision: 6 })).resolves.toMatchObject({ kind: 'accepted' });
  });

  it('with the same content under a newer revision raises the revision and sends nothing', async () => {
    await hand(1, { revision: 5 });
    await expect(hand(1, { revision: 7 })).resolves.toMatchObject({ kind: 'unchanged' });
    await expect(hand(2, { revision: 6 })).resolves.toMatchObject({ kind: 'refused', reason: 'stale-revision' });
    expect(await bench.rows('select revision, version from dossier')).toEqual([{ revision: 7, version: 1 }]);
    expect(sent()).toBe(1);
  });

  it.each(['rejected', 'cancelled'])('again is sent again when its last delivery ended %s', async (state) => {
    await hand(1, { revision: 1 });
    await bench.engine.batch([sql(`update exchange set state = ?1`, state), ...recount()]);
    await expect(hand(1, { revision: 1 })).resolves.toMatchObject({ kind: 'accepted', created: false, version: 2 });
    await bench.advance(100);
    expect(sent()).toBe(2);
    await expect(hand(1, { revision: 1 })).resolves.toMatchObject({ kind: 'unchanged' });
  });

  it('from more than five minutes ahead is refused', async () => {
    const at = (ms: number) => vietnamTime(bench.clock.now + ms);
    await expect(hand(1, { updatedAt: at(5 * 60_000 + 1) })).resolves.toMatchObject({ reason: 'from-the-future' });
    await expect(hand(1, { updatedAt: at(5 * 60_000) })).resolves.toMatchObject({ kind: 'accepted' });
  });

  it('of an erased person is refused', async () => {
    await hand(1);
    await bench.engine.batch([sql('update subject set salt = null')]);
    await expect(hand(2)).resolves.toMatchObject({ kind: 'refused', reason: 'erased' });
  });

  it('brings only steps that no earlier one had', async () => {
    await hand(1, { steps: [stepOf(1)] });
    await hand(2, { steps: [stepOf(1), stepOf(2), stepOf(2)] });
    expect(bench.portal.sends('D1', 'sync-progress').flatMap(({ steps }) => steps)).toEqual(['step 1', 'step 2']);
  });

  it('goes on counting after many', async () => {
    for (let mark = 1; mark <= 5; mark++) await hand(mark, { steps: [stepOf(mark)] });
    expect(await bench.rows('select seq from exchange order by seq')).toEqual(
      Array.from({ length: 10 }, (_, n) => ({ seq: n + 1 })),
    );
  });
});

describe('the first-day load', () => {
  const record = (mark: number, more: Partial<DossierSnapshot> = {}): AcceptCommand => ({
    ...put('D1', mark, more),
    mode: 'record',
  });

  it('records without sending, and says so in the journal', async () => {
    await expect(take(record(1, { steps: [stepOf(1)] }))).resolves.toMatchObject({ kind: 'accepted', exchange: null });
    await bench.advance(10_000);
    expect(bench.portal.calls).toEqual([]);
    expect(await bench.rows(`select ref, to_state from journal where actor <> 'configuration'`)).toEqual([
      { ref: 'dossier:D1', to_state: 'recorded-as-national' },
    ]);
  });

  it('is followed by updates, with the new steps alone', async () => {
    await take(record(1, { steps: [stepOf(1)] }));
    await hand(2, { steps: [stepOf(1), stepOf(2)] });
    await bench.advance(100);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(bench.portal.steps.get('D1')).toEqual(['step 2']);
  });

  it('takes nothing back from what was sent before', async () => {
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 500 });
    await hand(1);
    await bench.advance(100);
    await take(record(2));
    await bench.advance(5_000);
    expect(await bench.rows('select sent_version, desired_version from stream')).toEqual([
      { sent_version: 2, desired_version: 2 },
    ]);
  });

  it('I2: over what waits to be sent it is shown itself, and the older state is never sent', async () => {
    bench.portal.behave = () => ({ kind: 'not-sent' });
    await hand(1, { steps: [stepOf(1)] });
    await bench.advance(50);
    bench.portal.behave = () => ({ kind: 'ok' });
    await take(record(2, { steps: [stepOf(1), stepOf(2)] }));
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(bench.portal.calls.flatMap(({ marks, endedAt }) => (endedAt === undefined ? [] : marks)).at(-1)).toBe(2);
    expect(bench.portal.steps.get('D1')).toEqual(['step 1']);
    expect(
      await bench.rows(`select distinct state from exchange where operation = 'sync-dossier' order by state`),
    ).toEqual([{ state: 'delivered' }, { state: 'superseded' }]);
  });

  it('I2: over what is being sent it follows it', async () => {
    bench.portal.behave = () => ({ kind: 'ok', delayMs: 500 });
    await hand(1);
    await bench.advance(100);
    await take(record(2));
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(2);
  });

  it('I2: over what the nation showed otherwise it is the word that was asked for', async () => {
    bench.portal.behave = () => ({ kind: 'not-sent' });
    await hand(1);
    await bench.engine.batch([
      sql(
        `update stream set parked_reason = 'snapshot-requested', waits_for = 'owner', parked_at = 1, doubt = 'ask-first', due_at = null`,
      ),
    ]);
    bench.portal.behave = () => ({ kind: 'ok' });
    await take(record(2));
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(await bench.rows('select parked_reason, doubt from stream')).toEqual([
      { parked_reason: null, doubt: 'none' },
    ]);
  });

  it('I2: over what a restore left in doubt it is shown, though nothing of it waits', async () => {
    await hand(1);
    await bench.advance(100);
    await bench.engine.batch([sql(`update stream set doubt = 'ask-first'`)]);
    await expect(take(record(2))).resolves.toMatchObject({ kind: 'accepted', exchange: expect.any(String) });
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(await bench.rows('select doubt, sent_version from stream')).toEqual([{ doubt: 'none', sent_version: 2 }]);
  });

  it('I2: what was given up before it is never sent again', async () => {
    await hand(1);
    await bench.advance(100);
    await bench.engine.batch([
      sql(`update exchange set state = 'dead'`),
      sql('update stream set due_at = null'),
      ...recount(),
    ]);
    const sent = bench.portal.calls.length;
    await expect(take(record(2))).resolves.toMatchObject({ kind: 'accepted', exchange: null });
    await bench.advance(60_000);
    expect(bench.portal.calls.length).toBe(sent);
    expect(await bench.states('D1')).toEqual(['dead']);
  });
});

describe('what sets the order aside', () => {
  it('a withdrawal keeps the place in the order, so that the next snapshot is not stale', async () => {
    await hand(1, { revision: 3 });
    await take({ ...put('D1', 1, { revision: null, status: 'withdrawn' }), setAside: 'withdrawal' });
    expect(await bench.rows('select revision, status from dossier')).toEqual([{ revision: 3, status: 'withdrawn' }]);
    await expect(hand(2, { revision: 4 })).resolves.toMatchObject({ kind: 'accepted' });
  });

  it('I2: a withdrawal made from what is held waits while the province is asked for what is', async () => {
    await hand(1);
    const withdrawal: AcceptCommand = { ...put('D1', 1, { status: 'withdrawn' }), setAside: 'withdrawal' };
    for (const doubt of [
      `parked_reason = 'nation-differs', waits_for = 'owner'`,
      `parked_reason = 'snapshot-requested', waits_for = 'owner'`,
      `doubt = 'ask-first'`,
    ]) {
      await bench.engine.batch([sql(`update stream set ${doubt}`)]);
      await expect(take(withdrawal)).resolves.toEqual({ kind: 'awaited', code: 'D1' });
      await bench.engine.batch([sql(`update stream set parked_reason = null, waits_for = null, doubt = 'none'`)]);
    }
    await expect(take(withdrawal)).resolves.toMatchObject({ kind: 'accepted' });
  });

  it('I2: a withdrawal is held back by a doubt that came up while it was being made', async () => {
    await hand(1);
    await bench.advance(100);
    const withdrawal: AcceptCommand = { ...put('D1', 1, { status: 'withdrawn' }), setAside: 'withdrawal' };
    bench.breakStore(new Error('never thrown'), (statements) => {
      if (statements.some(({ sql: text }) => text.includes('insert into dossier ')))
        void bench.engine.batch([
          sql(`update stream set parked_reason = 'nation-differs', waits_for = 'owner', doubt = 'ask-first'`),
        ]);
      return false;
    });
    await expect(take(withdrawal)).resolves.toMatchObject({ kind: 'accepted' });
    bench.breakStore(undefined);
    await bench.advance(60_000);
    expect(bench.portal.sends('D1').length).toBe(1);
    expect(await bench.rows('select parked_reason, doubt from stream')).toEqual([
      { parked_reason: 'nation-differs', doubt: 'ask-first' },
    ]);
    await hand(2);
    await bench.advance(60_000);
    expect(bench.portal.mark('D1')).toBe(2);
    expect(bench.portal.sends('D1').length).toBe(2);
  });

  it('I2: a withdrawal that they refused is not taken back by a repetition of what was handed over before', async () => {
    await hand(1, { revision: 1 });
    await take({ ...put('D1', 1, { revision: 1, status: 'withdrawn' }), setAside: 'withdrawal' });
    await bench.engine.batch([sql(`update exchange set state = 'rejected' where version = 2`), ...recount()]);
    await expect(hand(1, { revision: 1 })).resolves.toMatchObject({ kind: 'unchanged', version: 2 });
    // The province's word where it was asked for, or a newer one, does.
    await bench.engine.batch([sql(`update stream set parked_reason = 'snapshot-requested', waits_for = 'owner'`)]);
    await expect(hand(1, { revision: 1 })).resolves.toMatchObject({ kind: 'accepted', version: 3 });
    expect(await bench.rows('select status, withdrawn from dossier')).toEqual([{ status: 'processing', withdrawn: 0 }]);
  });

  it('an operator may put an order right, and the journal names who did', async () => {
    await hand(9, { revision: 900 });
    await expect(
      take({ ...put('D1', 9, { revision: 10, note: 'mended' }), setAside: 'order-override', actor: 'operator' }),
    ).resolves.toMatchObject({ kind: 'accepted' });
    await expect(hand(9, { revision: 11, note: 'next' })).resolves.toMatchObject({ kind: 'accepted' });
    expect(await bench.rows(`select actor from journal where to_state = 'order-override'`)).toEqual([
      { actor: 'operator' },
    ]);
  });
});

describe('an order set aside for what is held already', () => {
  const override = (mark: number, more: Parameters<typeof put>[2] = {}) =>
    take({ ...put('D1', mark, more), setAside: 'order-override', actor: 'operator' });

  it('I2: the same again changes nothing and sends nothing', async () => {
    await hand(9, { revision: 9 });
    await bench.advance(1_000);
    const before = sent();
    await expect(override(9, { revision: 9 })).resolves.toMatchObject({ kind: 'unchanged', version: 1 });
    await bench.advance(60_000);
    expect(sent()).toBe(before);
    expect(await bench.rows('select version, revision from dossier')).toEqual([{ version: 1, revision: 9 }]);
    expect(await bench.rows(`select 1 from journal where to_state = 'order-override'`)).toEqual([]);
  });

  it('I2: the same content under another order sets the order right, journalled, and sends nothing', async () => {
    await hand(9, { revision: 900 });
    await bench.advance(1_000);
    const before = sent();
    const right = { revision: 5, summary: '9' };
    await expect(override(5, right)).resolves.toMatchObject({ kind: 'unchanged', version: 1 });
    await bench.advance(60_000);
    expect(sent()).toBe(before);
    expect(await bench.rows('select version, revision, updated_at from dossier')).toEqual([
      { version: 1, revision: 5, updated_at: epochMs(snapshotOf('D1', 5).updatedAt) },
    ]);
    expect(await bench.rows(`select ref, actor from journal where to_state = 'order-override'`)).toEqual([
      { ref: 'dossier:D1', actor: 'operator' },
    ]);
    await expect(hand(6, { revision: 6 })).resolves.toMatchObject({ kind: 'accepted' });
  });

  it('is sent again where its last delivery ended cancelled, and takes a withdrawal back', async () => {
    await hand(1, { revision: 1 });
    await bench.engine.batch([sql(`update exchange set state = 'cancelled'`), ...recount()]);
    await expect(override(1, { revision: 1 })).resolves.toMatchObject({ kind: 'accepted', version: 2 });
    await take({ ...put('D1', 1, { revision: 1, status: 'withdrawn' }), setAside: 'withdrawal' });
    await expect(override(1, { revision: 1 })).resolves.toMatchObject({ kind: 'accepted', version: 4 });
    await bench.advance(60_000);
    expect(await bench.rows('select status, withdrawn from dossier')).toEqual([{ status: 'processing', withdrawn: 0 }]);
  });
});

describe('many at once', () => {
  it('of one dossier are judged one after the other', async () => {
    const answers = [3, 1, 2, 4, 4].map((mark) => gateway.accept(put('D1', mark)));
    await bench.idle();
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual([
      'accepted',
      'refused',
      'refused',
      'accepted',
      'unchanged',
    ]);
  });

  it('from two processes at one moment: one is written, the other is judged again', async () => {
    const other = await bench.start();
    const answers = [
      gateway.accept(put('D1', 2)),
      other.accept(put('D1', 1)),
      gateway.accept(put('D2', 1)),
      other.accept(put('D2', 2)),
    ];
    await bench.idle();
    // Which of the two comes first is the store's: the newer is taken in any case, the older where it was first.
    const kinds = (await Promise.all(answers)).map(({ kind }) => kind);
    if (onlySqlite) expect(kinds).toEqual(['accepted', 'refused', 'accepted', 'accepted']);
    expect([kinds[0], kinds[3]]).toEqual(['accepted', 'accepted']);
    for (const kind of [kinds[1], kinds[2]]) expect(['accepted', 'refused']).toContain(kind);
    const taken = kinds.map((kind) => (kind === 'accepted' ? 1 : 0));
    await bench.advance(100);
    expect(await bench.rows('select code, version from dossier order by code')).toEqual([
      { code: 'D1', version: 1 + (taken[1] ?? 0) },
      { code: 'D2', version: 1 + (taken[2] ?? 0) },
    ]);
    expect([bench.portal.mark('D1'), bench.portal.mark('D2')]).toEqual([2, 2]);
  });

  it('from two processes: a raised revision is never lowered', async () => {
    const other = await bench.start();
    await hand(1, { revision: 1 });
    const answers = [gateway.accept(put('D1', 1, { revision: 9 })), other.accept(put('D1', 1, { revision: 5 }))];
    await bench.idle();
    const [higher, lower] = await Promise.all(answers);
    expect(higher).toMatchObject({ kind: 'unchanged' });
    const refused = { kind: 'refused', reason: 'stale-revision' };
    // The lower may come first where the store has several writers, and is then taken.
    if (onlySqlite || lower?.kind === 'refused') expect(lower).toMatchObject(refused);
    else expect(lower).toMatchObject({ kind: 'unchanged' });
    expect(await bench.rows('select revision from dossier')).toEqual([{ revision: 9 }]);
  });

  it('I1: are refused together when the store cannot take them, and nothing of them is kept', async () => {
    bench.breakStore(new StoreUnavailable('disk full'));
    const answers = ['D1', 'D2'].map((code) => gateway.accept(put(code, 1)));
    const refused = Promise.all(
      answers.map((answer) =>
        answer.then(
          () => 'taken',
          (error: Error) => error.name,
        ),
      ),
    );
    await bench.idle();
    expect(await refused).toEqual(['StoreUnavailable', 'StoreUnavailable']);
    bench.breakStore(undefined);
    expect(await bench.rows('select code from dossier')).toEqual([]);
    await expect(hand(1)).resolves.toMatchObject({ kind: 'accepted' });
  });
});

describe('content', () => {
  it('is equal whatever the order of fields, and whether an absent one was written as null', async () => {
    const parse = (body: object) => dossierSnapshot.parse(body);
    const plain = {
      ...snapshotOf('D1', 1),
      applicant: { kind: 'citizen', name: 'Nguyễn Văn Mẫu', phone: '0900000000' },
    };
    const turned = Object.fromEntries(
      Object.entries({
        ...plain,
        applicant: { phone: '0900000000', name: 'Nguyễn Văn Mẫu', kind: 'citizen', email: null },
      }).reverse(),
    );
    await take({ snapshot: parse(plain), actor: 'province', mode: 'send' });
    await expect(
      take({ snapshot: parse({ ...turned, note: null, revision: null }), actor: 'province', mode: 'send' }),
    ).resolves.toMatchObject({ kind: 'unchanged' });
  });

  it('keeps the word null inside a text', async () => {
    await hand(1, { note: 'a:null', receiptNumber: null });
    await expect(hand(1, { note: 'a:null' })).resolves.toMatchObject({ kind: 'unchanged' });
    expect(bench.portal.shown.get('D1')?.note).toBe('a:null');
  });
});

it('I6: of somebody who is erased between the look and the commit nothing is written, the hash of their number neither', async () => {
  const on = await ground();
  const accept = createAccept({ ...on, wake: () => {} });
  const person = {
    applicant: {
      ...snapshotOf('D1', 1).applicant,
      identities: [{ type: 'citizen-id', number: '999000000001' }],
    },
  } as Partial<DossierSnapshot>;
  expect(await accept(put('D1', 1, person))).toMatchObject({ kind: 'accepted' });
  const erase = sql('update subject set salt = null, purged_at = {at}');
  const before = await on.rows('select hash from blind_index_new');
  let erased = false;
  const engine: Engine = {
    ...on.engine,
    batch: async (statements) => {
      if (!erased) await on.engine.batch([erase, sql('delete from blind_index_new')]);
      erased = true;
      return on.engine.batch(statements);
    },
  };
  const late = createAccept({ ...on, engine, wake: () => {} });
  expect(await late(put('D1', 2, person))).toMatchObject({ kind: 'refused', reason: 'erased' });
  expect(before).toHaveLength(1);
  expect(await on.rows('select hash from blind_index_new')).toEqual([]);
  expect(await on.rows('select version from dossier')).toEqual([{ version: 1 }]);
  expect(await on.rows('select count(*) as n from dossier_body')).toEqual([{ n: 1 }]);
});
