import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { membersOf } from './zip-directory.ts';
import { piecesOf, unpacked } from './zip-members.ts';

const DIRECTORY_BYTES = 46;
const END_BYTES = 22;
const WIDE_FIELD = 1;

interface Lie {
  readonly flags?: number;
  readonly method?: number;
  readonly packedBytes?: number;
  readonly sizeBytes?: number;
  readonly local?: number;
  readonly extra?: Uint8Array;
}
const text = strToU8('ngày;số tiền;'.repeat(50));

/** A zip of one member whose directory says what it is told to. */
function lying(lie: Lie): Uint8Array {
  const honest = zipSync({ a: text }, { level: 6 });
  const view = new DataView(honest.buffer);
  const from = view.getUint32(honest.length - END_BYTES + 16, true);
  const extra = lie.extra ?? new Uint8Array();
  const zip = new Uint8Array(honest.length + extra.length);
  zip.set(honest.subarray(0, from + DIRECTORY_BYTES + 1));
  zip.set(extra, from + DIRECTORY_BYTES + 1);
  zip.set(honest.subarray(honest.length - END_BYTES), zip.length - END_BYTES);
  const told = new DataView(zip.buffer);
  if (lie.flags !== undefined) told.setUint16(from + 8, lie.flags, true);
  if (lie.method !== undefined) told.setUint16(from + 10, lie.method, true);
  if (lie.packedBytes !== undefined) told.setUint32(from + 20, lie.packedBytes, true);
  if (lie.sizeBytes !== undefined) told.setUint32(from + 24, lie.sizeBytes, true);
  told.setUint16(from + 30, extra.length, true);
  if (lie.local !== undefined) told.setUint32(from + 42, lie.local, true);
  return zip;
}
/** An extra field of zip64 with these numbers, behind one of another kind. */
function wide(...numbers: readonly number[]): Uint8Array {
  const extra = new Uint8Array(4 + 3 + 4 + 8 * numbers.length);
  const view = new DataView(extra.buffer);
  view.setUint16(0, 0x5455, true);
  view.setUint16(2, 3, true);
  view.setUint16(7, WIDE_FIELD, true);
  view.setUint16(9, 8 * numbers.length, true);
  for (const [index, number] of numbers.entries()) view.setBigUint64(11 + 8 * index, BigInt(number), true);
  return extra;
}
const FULL = 0xffff_ffff;
const [honest] = membersOf(lying({}));
const packedBytes = honest?.packed.length ?? 0;
const contentOf = (zip: Uint8Array): Uint8Array | undefined => unzipSync(unpacked(zip)).a;

it('members are stored as they were, folders left out', () => {
  const stored = unpacked(zipSync({ 'x/': new Uint8Array(), 'x/a': text, b: [text, { level: 0 }] }));
  expect(membersOf(stored).map(({ name, deflated, sizeBytes }) => [name, deflated, sizeBytes])).toEqual([
    ['x/a', false, text.length],
    ['b', false, text.length],
  ]);
  expect(unzipSync(stored)).toEqual({ 'x/a': text, b: text });
});

describe('a directory that lies', () => {
  it.each<[string, Lie, string]>([
    ['less than comes out', { sizeBytes: text.length - 1 }, 'is damaged: its zip cannot be read'],
    ['more than comes out', { sizeBytes: text.length + 1 }, 'is damaged: its zip cannot be read'],
    ['more than the limit', { sizeBytes: 300 * 1_048_576 }, 'is larger than 256 MiB once it is unpacked'],
    ['more packed bytes than the file has', { packedBytes: 1_000_000 }, 'is damaged: its zip cannot be read'],
    ['fewer packed bytes than there are', { packedBytes: 5 }, 'is damaged: its zip cannot be read'],
    ['another way of packing than deflate', { method: 12 }, 'is packed in a way that is not read'],
    ['stored, and sizes that differ', { method: 0 }, 'is damaged: its zip cannot be read'],
    ['a place where no member is', { local: 3 }, 'is damaged: its zip cannot be read'],
    ['a place behind the end', { local: 1_000_000 }, 'is damaged: its zip cannot be read'],
    ['encrypted', { flags: 1 }, 'is encrypted'],
    ['encrypted, and the sizes follow the member', { flags: 9 }, 'is encrypted'],
  ])('%s', (_name, lie, message) => {
    expect(() => unpacked(lying(lie))).toThrow(message);
  });

  it('two members of one name, which programs tell apart differently', () => {
    const zip = zipSync({ a: text, b: text });
    const view = new DataView(zip.buffer);
    const from = view.getUint32(zip.length - END_BYTES + 16, true);
    zip[from + DIRECTORY_BYTES + 1 + DIRECTORY_BYTES] = 0x61;
    expect(() => unpacked(zip)).toThrow('two of its members have one name');
  });

  it('more members than any statement has', () => {
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, at) => [`${at}`, new Uint8Array()]));
    expect(() => unpacked(zipSync(many))).toThrow('has more than 2000 members');
  });
});

describe('zip64', () => {
  it.each<[string, Lie]>([
    ['size', { sizeBytes: FULL, extra: wide(text.length) }],
    ['size and packed size', { sizeBytes: FULL, packedBytes: FULL, extra: wide(text.length, packedBytes) }],
    ['all three', { sizeBytes: FULL, packedBytes: FULL, local: FULL, extra: wide(text.length, packedBytes, 0) }],
    ['place alone', { local: FULL, extra: wide(0) }],
  ])('small numbers in its field: %s', (_name, lie) => {
    expect(contentOf(lying(lie))).toEqual(text);
  });

  it.each<[string, Lie]>([
    ['a field that is missing', { sizeBytes: FULL }],
    ['a field that is too short', { sizeBytes: FULL, packedBytes: FULL, extra: wide(text.length) }],
    ['a place behind all bytes', { local: FULL, extra: wide(2 ** 52) }],
  ])('%s', (_name, lie) => {
    expect(() => unpacked(lying(lie))).toThrow('is damaged');
  });

  it('count and place of the directory in its own end', () => {
    const plain = zipSync({ a: text, b: text });
    const end = plain.length - END_BYTES;
    const from = new DataView(plain.buffer).getUint32(end + 16, true);
    const ended = (count: number, at: number): Uint8Array => {
      const zip = new Uint8Array(plain.length + 56 + 20);
      const view = new DataView(zip.buffer);
      zip.set(plain.subarray(0, end));
      view.setUint32(end, 0x06064b50, true);
      view.setBigUint64(end + 32, BigInt(count), true);
      view.setBigUint64(end + 48, BigInt(from), true);
      view.setUint32(end + 56, 0x07064b50, true);
      view.setBigUint64(end + 56 + 8, BigInt(at), true);
      zip.set(plain.subarray(end), end + 76);
      view.setUint16(end + 76 + 10, 0xffff, true);
      view.setUint32(end + 76 + 16, FULL, true);
      return zip;
    };
    expect(membersOf(ended(2, end)).map(({ name }) => name)).toEqual(['a', 'b']);
    for (const wrong of [ended(1, end), ended(3, end), ended(2, end - 1), ended(2, 2 ** 40)])
      expect(() => membersOf(wrong)).toThrow('is damaged');
  });
});

it('pieces are small, whatever comes out at once', () => {
  const [large] = membersOf(zipSync({ a: new Uint8Array(5_000_000) }));
  const sizes = large === undefined ? [] : [...piecesOf(large)].map((piece) => piece.length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(5_000_000);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(65_536);
});

it('bytes that are no zip are refused, however they are cut', () => {
  for (const bytes of [
    new Uint8Array(),
    strToU8('PK'),
    new Uint8Array(100),
    lying({}).slice(1),
    lying({}).slice(0, -1),
  ])
    expect(() => unpacked(bytes)).toThrow('is damaged');
});
