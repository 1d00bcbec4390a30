import { strToU8, type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { makeMonth } from '../../../mocks/statements/month.ts';
import { statementsOf } from '../../../mocks/statements/statement.ts';
import { writeCamt053 } from '../../../mocks/statements/write-camt053.ts';
import { writeMt940 } from '../../../mocks/statements/write-mt940.ts';
import { writeSimple } from '../../../mocks/statements/write-simple.ts';
import { writeWorkbook } from '../../../mocks/statements/write-workbook.ts';
import { readers } from './readers.ts';
import type { ProblemTold } from './source.ts';
import { openSource } from './sources.ts';
import { createUnderstander } from './understand.ts';

const month = makeMonth({ seed: 11, payments: 60, units: 3, faults: 0 });
const statements = statementsOf(month.ledger, { from: month.from, to: month.to });
const [one, two] = statements
  .filter(({ account }) => account.currency === 'VND')
  .sort((a, b) => b.lines.length - a.lines.length);
if (one === undefined || two === undefined) throw new Error('the month has too few accounts');
const [camt, otherCamt, mt940] = [writeCamt053([one]), writeCamt053([two]), writeMt940([two])];

async function* pieces(bytes: Uint8Array, size = 65_536) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}
interface Seen {
  readonly format: string | null;
  readonly rows: readonly number[];
  readonly accounts: readonly string[];
  readonly problems: readonly ProblemTold[];
}
async function read(bytes: Uint8Array, account: string | null = null): Promise<Seen> {
  const opened = await openSource(readers, { file: pieces(bytes), source: undefined, account }, async () => undefined);
  if ('message' in opened) return { format: null, rows: [], accounts: [], problems: [opened] };
  const understander = createUnderstander({ expected: account });
  const rows: number[] = [];
  for await (const told of opened.told) rows.push(...understander.take(told).map(({ row }) => row));
  const { accounts, problems } = understander.end();
  return { format: opened.format, rows, accounts: accounts.map((each) => each.account), problems };
}
const messages = async (bytes: Uint8Array) => (await read(bytes)).problems.map(({ message }) => message);
const zip = (members: Zippable, level: 0 | 6 = 6): Uint8Array => zipSync(members, { level });

/** Places of the directory's entries in a zip that has no comments. */
function entriesOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const places: number[] = [];
  for (let at = view.getUint32(bytes.length - 6, true); view.getUint32(at, true) === 0x02014b50; ) {
    places.push(at);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return places;
}
function changed(bytes: Uint8Array, change: (view: DataView, entries: readonly number[]) => void): Uint8Array {
  const copy = bytes.slice();
  change(new DataView(copy.buffer), entriesOf(copy));
  return copy;
}

describe('a zip of statements', () => {
  it.each([0, 6] as const)('is read as one file, rows being those of each member (level %i)', async (level) => {
    const [first, second, both] = [
      await read(camt),
      await read(otherCamt),
      await read(zip({ 'thang 11/a.xml': camt, 'thang 11/b.xml': otherCamt }, level)),
    ];
    expect(first.rows.length * second.rows.length).toBeGreaterThan(0);
    expect(both).toEqual({
      ...{ format: 'camt.053', rows: [...first.rows, ...second.rows], problems: [] },
      accounts: [one.account.number, two.account.number],
    });
  });

  it('leaves out folders and what a Mac adds', async () => {
    const seen = await read(zip({ 'x/': new Uint8Array(), '__MACOSX/x/._a': strToU8('?'), 'x/a.sta': mt940 }));
    expect([seen.format, seen.problems]).toEqual(['mt940', []]);
  });

  it('hands the sender’s account to each member', async () => {
    const csv = writeSimple(one, 'csv');
    const seen = await read(zip({ 'a.csv': csv }), one.account.number);
    expect([seen.format, seen.accounts, seen.problems]).toEqual(['vietcombank-simple', [one.account.number], []]);
    expect((await messages(zip({ 'a.csv': csv })))[0]).toMatch(/names no account/);
  });

  it('a workbook alone is no archive, whatever it is packed with', async () => {
    expect((await read(writeWorkbook(one))).format).toBe('vietcombank-workbook');
  });

  it('is read by the columns that somebody declared, too', async () => {
    const own = readers.find(({ format }) => format === 'mt940');
    const given = { file: pieces(zip({ a: mt940 })), source: 'another-bank', account: null };
    const opened = await openSource([], given, async () => own && { ...own, ofWorkbook: () => [] });
    expect(opened).toMatchObject({ source: 'another-bank', format: 'mt940' });
  });
});

describe('a member that is none', () => {
  it.each<[string, Uint8Array, string]>([
    ['another layout', mt940, 'member 2: is written in another layout than member 1'],
    ['no layout', strToU8('hello'), 'member 2: is written in no layout that is known'],
    ['nothing', new Uint8Array(), 'member 2: is empty'],
    ['a zip', zip({ a: camt }), 'member 2: is a zip within the zip'],
    ['an empty zip', zip({}), 'member 2: is a zip within the zip'],
    ['a workbook', writeWorkbook(two), 'member 2: is a zip within the zip'],
    [
      'an old workbook',
      Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
      'member 2: is a workbook: send it by itself',
    ],
    ['HTML', strToU8('<html><table><tr><td>1'), 'member 2: is a workbook: send it by itself'],
  ])('%s is a problem that names it; those behind it are read', async (_name, member, message) => {
    const seen = await read(zip({ a: camt, b: member, c: otherCamt }));
    expect(seen.problems).toEqual([{ kind: 'problem', row: 1, column: null, message }]);
    expect(seen.accounts).toEqual([one.account.number, two.account.number]);
  });

  it('as the first decides that nothing is read', async () => {
    expect(await read(zip({ a: strToU8('hello'), b: camt }))).toMatchObject({
      ...{ format: null, problems: [{ message: 'member 1: is written in no layout that is known' }] },
    });
  });

  it('what a reader finds wrong in it names it, and keeps its row', async () => {
    const cut = otherCamt.slice(0, Math.floor(otherCamt.length / 2));
    const [alone, within] = [await read(cut), await read(zip({ a: camt, b: cut }))];
    const told = alone.problems.map((each) => ({ ...each, message: `member 2: ${each.message}` }));
    expect(within.problems).toEqual(told);
    expect(told.length).toBeGreaterThan(0);
  });
});

describe('an archive that was damaged or made to harm', () => {
  const whole = zip({ a: camt, b: otherCamt });

  it('cut anywhere', async () => {
    for (let share = 1; share < 20; share += 1)
      expect((await messages(whole.slice(0, Math.floor((whole.length * share) / 20)))).length).toBe(1);
  });

  it.each([0, 6] as const)('a checksum that is not the member’s (level %i)', async (level) => {
    const wrong = changed(zip({ a: camt, b: otherCamt }, level), (view, [, b = 0]) => view.setUint32(b + 16, 1, true));
    expect(await messages(wrong)).toEqual(['member 2: is damaged: its checksum is that of another file']);
  });

  it('bytes of a stored member that were changed', async () => {
    const stored = zip({ a: camt }, 0);
    // In the middle of a narrative: it can be read as before, and says something else.
    const text = new TextDecoder('latin1').decode(stored);
    stored[text.indexOf('<Ustrd>') + 8] = 0x58;
    expect(await messages(stored)).toEqual(['member 1: is damaged: its checksum is that of another file']);
  });

  it('encrypted', async () => {
    const flagged = changed(whole, (view, [, b = 0]) => view.setUint16(b + 8, 1, true));
    expect(await messages(flagged)).toEqual(['is encrypted']);
  });

  it('a directory that counts otherwise, or whose entry nobody can find', async () => {
    const fewer = changed(whole, (view) => view.setUint16(view.byteLength - 12, 1, true));
    const lost = changed(whole, (view, [, b = 0]) => view.setUint32(b, 0, true));
    for (const each of [fewer, lost]) expect(await messages(each)).toEqual(['is damaged: its zip cannot be read']);
  });

  it('a member that bursts, told by the directory', async () => {
    const blanks = zip({ a: camt, b: new Uint8Array(8 * 1_048_576).fill(0x20) });
    expect(await messages(blanks)).toEqual(['member 2: unpacks to more than 1000 times its size']);
  });

  it('a member that bursts, of which the directory lies', async () => {
    const lying = changed(zip({ a: camt, b: new Uint8Array(8 * 1_048_576).fill(0x20) }), (view, [, b = 0]) =>
      view.setUint32(b + 24, 1_000, true),
    );
    expect(await messages(lying)).toEqual(['member 2: is damaged: its zip cannot be read']);
  });

  it('more than 512 MiB in all, by what the directory says', async () => {
    const large = changed(whole, (view, [a = 0]) => view.setUint32(a + 24, 513 * 1_048_576, true));
    expect(await messages(large)).toEqual(['is larger than 512 MiB once it is unpacked']);
  });

  it('more than 64 members; none at all', async () => {
    const many = (count: number) => zip(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, mt940])));
    expect(await messages(many(65))).toEqual(['is an archive of more than 64 files']);
    expect((await read(many(64))).format).toBe('mt940');
    expect(await messages(zip({}))).toEqual(['is an archive that holds no file']);
    expect(await messages(zip({ 'x/': new Uint8Array() }))).toEqual(['is an archive that holds no file']);
  });

  it('more than 64 MiB as it is sent', async () => {
    const head = zip({ a: camt });
    async function* endless() {
      yield head;
      for (let turn = 0; turn < 65; turn += 1) yield new Uint8Array(1_048_576);
    }
    const opened = await openSource(
      readers,
      { file: endless(), source: undefined, account: null },
      async () => undefined,
    );
    expect(opened).toMatchObject({ kind: 'problem', message: 'is larger than 64 MiB' });
  });

  it('mutated at random: a problem, or the same entries as before, never thrown', async () => {
    const small = zip({ a: writeMt940([two]), b: writeMt940([one]) });
    const before = await read(small);
    let seed = 42;
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return seed % below;
    };
    for (let turn = 0; turn < 300; turn += 1) {
      const bytes = small.slice();
      // Every other time where the directory is: most of the bytes are packed text.
      for (let times = 0; times <= turn % 3; times += 1)
        bytes[turn % 2 === 0 ? random(bytes.length) : bytes.length - 1 - random(140)] = random(256);
      const seen = await read(bytes);
      if (seen.problems.length === 0) expect([...seen.rows].sort()).toEqual([...before.rows].sort());
    }
  });
});
