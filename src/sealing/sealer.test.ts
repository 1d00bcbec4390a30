import { afterEach, describe, expect, it } from 'vitest';
import { type JournalFixture, journalFixture, type Written } from '../../test/kit/journal.ts';
import { onlySqlite } from '../../test/kit/store.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { memoryAnchor, restoredText } from '../journal/anchor.ts';
import { nodeDigest } from '../runtime/node/vault.ts';
import { sql } from '../store/engine.ts';
import { sealer, sealingLoop } from './sealer.ts';

let fixture: JournalFixture;
afterEach(() => fixture.engine.close());

const born = (count: number, at = 1000): Written[] =>
  Array.from({ length: count }, (_, index) => ({ ref: `xch_${index}`, from: null, to: 'pending', at: at + index }));

describe('sealer', () => {
  it('I8: seals in the order of writing, whatever the clock said, and leaves the lines as they are', async () => {
    fixture = await journalFixture(4);
    const lines = [...born(9, 1000)].reverse();
    await fixture.write(lines);
    await fixture.write([{ ref: 'xch_0a', from: null, to: 'pending', at: 1000 }]);
    const written = await fixture.engine.all(sql('select * from journal order by position'));
    await fixture.sealAll();
    expect(await fixture.engine.all(sql('select * from journal order by position'))).toEqual(written);
    expect(written.map((row) => row.position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(written.map((row) => row.ref)).toEqual([...lines.map((line) => line.ref), 'xch_0a']);
    expect(await fixture.engine.all(sql('select n, first, last from seal order by n'))).toEqual([
      { n: 1, first: 1, last: 4 },
      { n: 2, first: 5, last: 8 },
      { n: 3, first: 9, last: 10 },
    ]);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 10, seals: 3, unsealed: 0 });
    expect(fixture.anchors.map((entry) => entry.n)).toEqual([1, 2, 3]);
  });

  it('I8: seals what a clock ahead has dated, though it was set back since', async () => {
    fixture = await journalFixture();
    await fixture.write(born(3, Date.now() + 3_600_000));
    await fixture.sealAll();
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 3, unsealed: 0 });
  });

  it.runIf(onlySqlite)('writes nothing while there is nothing to seal (SQLite counts its changes)', async () => {
    fixture = await journalFixture();
    await fixture.sealer.seal();
    const before = await fixture.engine.all(sql('select total_changes() as n'));
    expect(await fixture.sealer.seal()).toEqual({ lines: 0, head: undefined, more: false });
    expect(await fixture.engine.all(sql('select total_changes() as n'))).toEqual(before);
  });

  it('I8: seals how far the feed of events had come, once for each place', async () => {
    fixture = await journalFixture();
    const feed = () => fixture.engine.all(sql(`select to_state from journal where ref = 'feed' order by position`));
    const event = (position: number) =>
      fixture.run(
        `insert into event (id, type, ref, data, at, position) values ('evt_${position}', 'x', 'r', '{}', 1, ${position})`,
      );
    await fixture.sealer.seal();
    expect(await feed()).toEqual([]);
    await event(1);
    await event(2);
    await fixture.write(born(3));
    await fixture.sealAll();
    expect(await feed()).toEqual([{ to_state: '2' }]);
    await event(3);
    await fixture.write([{ ref: 'xch_9', from: null, to: 'pending', at: 2000 }]);
    await fixture.sealAll();
    await fixture.write([{ ref: 'xch_8', from: null, to: 'pending', at: 3000 }]);
    await fixture.sealAll();
    expect(await feed()).toEqual([{ to_state: '2' }, { to_state: '3' }]);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 7, unsealed: 0 });
  });

  it('leaves the work to the holder of the lease, and takes it over once that has run out', async () => {
    fixture = await journalFixture();
    await fixture.write(born(3));
    await fixture.sealer.seal();
    await fixture.write(born(3, 5000).map((line) => ({ ...line, ref: `again_${line.ref}` })));
    const other = fixture.makeSealer({ owner: 'there' });
    expect((await other.seal()).lines).toBe(0);
    await fixture.run("update lease set until = 1 where name = 'sealer'");
    expect((await other.seal()).lines).toBe(3);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 6, seals: 2 });
  });

  it('I8: a process that lost its lease while it made a seal does not write it', async () => {
    fixture = await journalFixture(100);
    await fixture.write(born(20));
    const [read, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = fixture.makeSealer({
      owner: 'there',
      digest: async (texts) => {
        read.resolve();
        await goOn.promise;
        return webDigest(texts);
      },
    });
    const late = slow.seal();
    // It has its lines and the lease; then the lease runs out, and another sealer finds more lines than it did.
    await read.promise;
    await fixture.run("update lease set until = 1 where name = 'sealer'");
    await fixture.write(born(5, 500).map((line) => ({ ...line, ref: `more_${line.ref}` })));
    expect((await fixture.makeSealer({ owner: 'here' }).seal()).lines).toBe(25);
    const written = await fixture.engine.all(sql('select * from seal'));
    const placed = await fixture.engine.all(sql('select id, position from journal order by id'));
    goOn.resolve();
    expect(await late).toEqual({ lines: 0, head: undefined, more: false });
    expect(await fixture.engine.all(sql('select * from seal'))).toEqual(written);
    expect(await fixture.engine.all(sql('select id, position from journal order by id'))).toEqual(placed);
    expect(fixture.anchors.map((entry) => entry.n)).toEqual([1]);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 25, seals: 1 });
  });

  it('I8: two sealers that both believe to hold the lease write one seal, even where it went to and fro', async () => {
    fixture = await journalFixture(100);
    await fixture.write(born(20));
    const [read, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = fixture.makeSealer({
      owner: 'there',
      digest: async (texts) => {
        read.resolve();
        await goOn.promise;
        return webDigest(texts);
      },
    });
    const late = slow.seal();
    await read.promise;
    await fixture.run("update lease set until = 1 where name = 'sealer'");
    expect((await fixture.makeSealer({ owner: 'here' }).seal()).lines).toBe(20);
    await fixture.run("update lease set owner = 'there' where name = 'sealer'");
    goOn.resolve();
    await expect(late).rejects.toThrow(/unique.*seal/i);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 20, seals: 1 });
  });

  it('I8: anchors at the next run what a crash left unanchored', async () => {
    fixture = await journalFixture(5);
    await fixture.write(born(15));
    const down = { ...memoryAnchor(), append: () => Promise.reject(new Error('power lost')) };
    for (let seal = 0; seal < 2; seal++) await expect(fixture.makeSealer({ anchor: down }).seal()).rejects.toThrow();
    expect(fixture.anchors).toEqual([]);
    await fixture.makeSealer().seal();
    expect(fixture.anchors.map((entry) => entry.n)).toContain(1);
    expect(await fixture.verify()).toMatchObject({ ok: true });
  });

  it('I8: says when the anchors know of more than the store, signs no excuse, and takes one that was signed once', async () => {
    fixture = await journalFixture(5);
    await fixture.write(born(15));
    await fixture.sealAll();
    await fixture.run('delete from seal where n = 3');
    await fixture.run('delete from journal where position > 10');
    const problems: string[] = [];
    await fixture.makeSealer({ onProblem: (message) => problems.push(message) }).seal();
    expect(problems[0]).toContain('cut off');
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'cut-off', position: 11 });

    // What the store says of itself is nobody's word.
    await fixture.run("insert into meta (key, value) values ('restored_at', '1700000000000')");
    await fixture.makeSealer().seal();
    expect(fixture.anchors.map(({ kind }) => kind)).not.toContain('restored');
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'cut-off' });

    const [seal] = await fixture.engine.all<{ root: string }>(sql('select root from seal where n = 2'));
    const mark = { id: 'restore-1', ring: 'ring', root: seal?.root ?? '', backup: 'b', file: 'f' };
    const unsigned = { n: 2, position: 10, at: 1_700_000_000_000, mark };
    const signature = await fixture.signer.sign(restoredText(unsigned));
    const restored = { kind: 'restored', ...unsigned, signature } as const;
    fixture.anchors.push(restored);
    const after = fixture.makeSealer();
    await after.seal();
    await fixture.write(born(4, 9000).map((line) => ({ ...line, ref: `later_${line.ref}` })));
    await after.seal();
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 14, restores: [{ n: 2, position: 10 }] });

    await fixture.run('delete from seal where n = 3');
    await fixture.run('delete from journal where position > 10');
    await fixture.makeSealer().seal();
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'cut-off', position: 11 });
    // The same entry once more excuses nothing.
    fixture.anchors.push(restored);
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'cut-off', position: 11 });
    expect(await fixture.verifyExported()).toMatchObject({ ok: false, problem: 'cut-off', position: 11 });
  });

  it('keeps sealing by the clock it is given, and stops for good', async () => {
    fixture = await journalFixture(5);
    const timers: (() => void)[] = [];
    const platform = {
      wall: () => 0,
      steady: () => 0,
      random: () => 0,
      bytes: (count: number) => new Uint8Array(count),
      after: (_: number, run: () => void) => {
        timers.push(run);
        return () => timers.splice(timers.indexOf(run), 1);
      },
    };
    await fixture.write(born(12));
    const errors: unknown[] = [];
    const { engine, signer } = fixture;
    const work = sealer({ engine, signer, digest: webDigest, owner: 'here', limit: 5 });
    const failed = (error: unknown) => errors.push(error);
    const loop = sealingLoop(work, { engine, owner: 'here', platform, failed });
    expect(await loop.drain(1)).toBe(true);
    expect(await fixture.verify()).toMatchObject({ ok: true, lines: 12, seals: 3 });
    loop.start();
    expect(timers).toHaveLength(1);
    await loop.stop(1_000);
    expect(timers).toEqual([]);
    expect(errors).toEqual([]);
  });

  it('is cheap: far more lines a second than the gateway writes', async () => {
    fixture = await journalFixture();
    for (let part = 0; part < 10; part++)
      await fixture.write(
        Array.from({ length: 2000 }, (_, index) => ({
          ref: `xch_${part}_${String(index).padStart(26, '0')}`,
          from: null,
          to: 'pending',
          at: 1000 + part,
          hash: 'x'.repeat(43),
        })),
      );
    const fast = fixture.makeSealer({ digest: nodeDigest, limit: 2000 });
    // The time of this thread at work: what else the machine does takes nothing away.
    const started = process.threadCpuUsage();
    while ((await fast.seal()).more);
    const { user, system } = process.threadCpuUsage(started);
    const perSecond = 20_000 / ((user + system) / 1_000_000);
    // 50,000 and more on a quiet machine; the bound only catches a change of kind.
    expect(perSecond).toBeGreaterThan(8000);
  });
});
