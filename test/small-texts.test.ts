import { expect, it } from 'vitest';
import { completed, rejected } from '../adapters/adapter.ts';
import { units2022Csv } from '../mocks/year/units.ts';
import { createCatalogue } from '../src/catalogue/catalogue.ts';
import { raise } from '../src/chronicle/raise.ts';
import { createAccept } from '../src/dossiers/accept.ts';
import { type ImportedLine, importLines } from '../src/dossiers/import.ts';
import { createEvents } from '../src/events/events.ts';
import { originRule } from '../src/events/origins.ts';
import { eventBody } from '../src/events/routes/view.ts';
import { createUnits } from '../src/registers/units.ts';
import { createBench, put, snapshotOf, stepOf } from './kit/delivery/bench.ts';
import { delivered } from './kit/events.ts';
import { journalFixture } from './kit/journal.ts';
import { askable, scriptedPortal } from './kit/portal.ts';
import { ground } from './kit/room.ts';
import { smallTexts } from './kit/small-texts.ts';

/** A thirtieth of D1's: what takes one batch elsewhere takes many. */
const TEXT_BYTES = 65_536;
const WRITES_DOSSIERS = 'insert into dossier ';
const codes = (count: number) => Array.from({ length: count }, (_, n) => `D${n}`);
const note = 'Đã tiếp nhận và chuyển xử lý. '.repeat(40);

async function room(textBytes = TEXT_BYTES) {
  const base = await ground();
  const small = smallTexts(base.engine, textBytes);
  return { ...base, ...small, accept: createAccept({ ...base, engine: small.engine, wake: () => {} }) };
}

it('I1: a thousand dossiers handed over together are taken in several batches, and one too large by itself alone is not', async () => {
  const { accept, rows, longest, batchesWith } = await room();
  const given = [...codes(1_000).map((code) => put(code, 1, { note })), put('LARGE', 1, { note: note.repeat(50) })];
  const ends = await Promise.allSettled(given.map(accept));
  expect(new Set(ends.slice(0, -1).map((end) => end.status === 'fulfilled' && end.value.kind))).toEqual(
    new Set(['accepted']),
  );
  expect(ends.at(-1)).toMatchObject({ status: 'rejected', reason: { name: 'TooLarge' } });
  expect(await rows('select count(*) as n from dossier')).toEqual([{ n: 1_000 }]);
  expect(longest()).toBeGreaterThan(TEXT_BYTES / 3);
  expect(batchesWith(WRITES_DOSSIERS)).toBeGreaterThan(10);
});

it('I1: what is held of dossiers counts too: the keys of many steps are written anew with each version', async () => {
  const { accept, rows, longest, batchesWith } = await room();
  const steps = Array.from({ length: 200 }, (_, n) => ({ ...stepOf(n), note: null, unit: null }));
  for (const code of codes(30)) await accept(put(code, 1, { steps }));
  const before = batchesWith(WRITES_DOSSIERS);
  const ends = await Promise.all(codes(30).map((code) => accept(put(code, 2))));
  expect(ends.map(({ kind }) => kind)).toEqual(Array(30).fill('accepted'));
  expect(await rows('select count(*) as n, min(version) as version from dossier')).toEqual([{ n: 30, version: 2 }]);
  expect(batchesWith(WRITES_DOSSIERS) - before).toBeGreaterThan(2);
  expect(longest()).toBeGreaterThan(TEXT_BYTES / 3);
});

it('I1: an import of a thousand lines names the one that the store cannot take', async () => {
  const { accept, longest } = await room();
  const line = (code: string, more: object = {}) => `${JSON.stringify({ ...snapshotOf(code, 1), ...more })}\n`;
  const large = line('LARGE', {
    attachments: Array.from({ length: 400 }, (_, n) => ({ id: `a${n}`, name: note.slice(0, 200) })),
  });
  async function* body() {
    for (const text of [...codes(999).map((code) => line(code, { note })), large]) yield new TextEncoder().encode(text);
  }
  const pacing = { handedOver: () => 0, platform: { steady: () => performance.now() }, turn: setImmediate };
  const answers: ImportedLine[] = [];
  for await (const some of importLines(body(), { accept, mode: 'send', actor: 'province', from: 1, ...pacing }))
    answers.push(...some);
  expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(999);
  expect(answers.at(-1)).toEqual({
    ...{ line: 1_000, code: 'LARGE', outcome: 'invalid' },
    errors: [{ pointer: '', message: 'is larger than the store takes' }],
  });
  expect(longest()).toBeGreaterThan(TEXT_BYTES / 3);
});

it('I1: events are fanned out a part at a time, in order, none twice', async () => {
  const { longest, batchesWith, ...on } = await room(16_384);
  const dispatcher = { addLane: async () => {}, removeLane: async () => {}, wake: () => {} };
  const parts = { ...on, dispatcher, body: eventBody, mayCall: originRule(['http://127.0.0.1:9']), owner: 'p1' };
  const events = createEvents({
    ...parts,
    failed: (error) => {
      throw error;
    },
  });
  const made = await events.subscriptions.create(
    { url: 'http://127.0.0.1:9/' },
    { id: 'operator-1', role: 'operator' },
  );
  expect(made).toBeDefined();
  for (const refs of [codes(50), codes(50), codes(50)])
    await on.engine.batch([raise(refs.map((ref) => delivered(on.platform, ref)))]);
  for (const loop of events.loops) loop.start();
  events.wake();
  const enqueued = () => on.rows(`select seq from exchange where operation = 'deliver-event' order by seq`);
  await expect.poll(async () => (await enqueued()).length).toBe(150);
  await Promise.all(events.loops.map((loop) => loop.stop(1_000)));
  expect((await enqueued()).map(({ seq }) => seq)).toEqual(Array.from({ length: 150 }, (_, n) => n + 1));
  expect(batchesWith('insert into exchange ')).toBeGreaterThan(5);
  expect(longest()).toBeGreaterThan(16_384 / 4);
});

it('a register is loaded whole or not at all, in one batch of several statements', async () => {
  const { longest, batchesWith, ...on } = await room(16_384);
  const units = createUnits(on);
  const load = { csv: units2022Csv(), dryRun: false, actor: 'prn_a', validFrom: undefined, province: undefined };
  const first = await units.import(load);
  expect(first).toMatchObject({ kind: 'imported', unchanged: 0 });
  const lines = first.kind === 'imported' ? first.lines : 0;
  expect(await on.rows('select count(*) as n from unit')).toEqual([{ n: lines }]);
  expect(await units.import(load)).toMatchObject({ added: 0, unchanged: lines });
  expect(batchesWith('insert into unit ')).toBe(1);
  expect(longest()).toBeGreaterThan(16_384 / 2);
});

it('a catalogue is put in place whole', async () => {
  const { longest, ...on } = await room(16_384);
  const listed = Array.from({ length: 300 }, (_, n) => ({ code: `1.${n}`, name: note.slice(0, 100) }));
  const names = ['list-procedures', 'list-agencies', 'list-fields'];
  const { queries } = await askable(
    on,
    scriptedPortal(Object.fromEntries(names.map((name) => [name, () => completed(listed)]))),
  );
  const catalogue = createCatalogue({ ...on, queries });
  expect(await catalogue.refresh()).toMatchObject(Array(3).fill({ outcome: 'completed', entries: 300 }));
  expect(await on.rows('select count(*) as n from catalogue_entry')).toEqual([{ n: 900 }]);
  expect(longest()).toBeGreaterThan(16_384 / 2);
});

it('I8: a seal takes as many lines as their hashes fit one text', async () => {
  const fixture = await journalFixture();
  const { engine, longest } = smallTexts(fixture.engine, 4_300);
  await fixture.write(
    Array.from({ length: 250 }, (_, n) => ({ ref: `x${n}`, from: null, to: 'pending', at: 1_000 + n })),
  );
  const sealer = fixture.makeSealer({ engine, limit: 1_000 });
  expect([(await sealer.seal()).lines, (await sealer.seal()).lines, (await sealer.seal()).lines]).toEqual([
    100, 100, 50,
  ]);
  expect(await fixture.verify()).toMatchObject({ ok: true, lines: 250, seals: 3 });
  expect(longest()).toBe(4_300);
  await fixture.engine.close();
});

it('I1: what was delivered is settled in as many batches as it takes', async () => {
  const bench = await createBench({ textBytes: 16_384, policy: { batchSize: 50 } });
  const { accept } = await bench.start();
  const taken = Promise.all(codes(200).map((code) => accept(put(code, 1))));
  await bench.idle();
  await taken;
  await bench.advance(60_000);
  expect(await bench.rows('select state, count(*) as n from exchange group by state')).toEqual([
    { state: 'delivered', n: 200 },
  ]);
  await bench.close();
});

it('I1: what waited while a system was not configured is claimed a part at a time', async () => {
  const bench = await createBench({ textBytes: 16_384, policy: { batchSize: 50 } });
  const unconfigured = await bench.start({ configured: false });
  await Promise.all(codes(200).map((code) => unconfigured.accept(put(code, 1))));
  unconfigured.kill();
  await bench.start();
  await bench.advance(60_000);
  expect(await bench.rows('select state, count(*) as n from exchange group by state')).toEqual([
    { state: 'delivered', n: 200 },
  ]);
  await bench.close();
});

it('I1: their words on many are settled a part at a time, and words that fit no text hold nothing up', async () => {
  const bench = await createBench({ textBytes: 16_384, policy: { batchSize: 50 } });
  const { accept } = await bench.start();
  const words = (key: string) => note.slice(0, 500).repeat(key === 'D7' ? 100 : 1);
  bench.portal.behave = () => ({ kind: 'each', outcome: (key) => rejected('1001', words(key)) });
  const taken = Promise.all(codes(50).map((code) => accept(put(code, 1))));
  await bench.idle();
  await taken;
  await bench.advance(60_000);
  expect(await bench.rows('select state, count(*) as n from exchange group by state')).toEqual([
    { state: 'rejected', n: 50 },
  ]);
  expect(
    await bench.rows('select x.stream from attempt a join exchange x on x.id = a.exchange where a.detail is null'),
  ).toHaveLength(1);
  expect(await bench.rows('select id from call where ended_at is null')).toEqual([]);
  expect(bench.notices.map(({ message }) => message)).toContain('their answer is more than the store takes');
  await bench.close();
});
