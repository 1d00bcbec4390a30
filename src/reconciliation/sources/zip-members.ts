import { Inflate, zipSync } from 'fflate';

/** What a zip may hold in all once it is unpacked. */
export const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;
const MEMBERS_LIMIT = 2_000;
/** Packed bytes that are unpacked at a time: they grow a thousandfold at most, so the limit holds before memory is gone. */
const PIECE_BYTES = 16_384;

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const FULL = 0xffff_ffff;

/** What keeps a zip from being opened, in words for whoever sent it. */
export class BadZip extends Error {
  override readonly name = 'BadZip';
}

interface Member {
  readonly name: string;
  readonly packed: Uint8Array;
  readonly deflated: boolean;
  readonly sizeBytes: number;
}

/**
 * The same zip with its members stored as they are, so that whoever opens it unpacks nothing. Throws `BadZip` for one that is
 * damaged, encrypted, or larger than the limit once unpacked: by what its directory says before anything is unpacked, and
 * again while it is unpacked, because a directory can lie.
 */
export function unpacked(zip: Uint8Array, limitBytes = UNPACKED_LIMIT_BYTES): Uint8Array {
  const members = directory(zip);
  if (members.reduce((sum, member) => sum + member.sizeBytes, 0) > limitBytes) throw tooLarge(limitBytes);
  const stored = new Map<string, Uint8Array>();
  for (const member of members) {
    if (stored.has(member.name)) throw new BadZip('is damaged: two of its members have one name');
    stored.set(member.name, member.deflated ? inflated(member) : member.packed);
  }
  return zipSync(Object.fromEntries(stored), { level: 0 });
}

const damaged = (): BadZip => new BadZip('is damaged: its zip cannot be read');
const tooLarge = (limitBytes: number): BadZip =>
  new BadZip(`is larger than ${Math.floor(limitBytes / 1_048_576)} MiB once it is unpacked`);

function inflated({ packed, sizeBytes }: Member): Uint8Array {
  const whole = new Uint8Array(sizeBytes);
  let at = 0;
  const inflate = new Inflate((piece) => {
    if (at + piece.length > sizeBytes) throw damaged();
    whole.set(piece, at);
    at += piece.length;
  });
  try {
    for (let from = 0; from < packed.length; from += PIECE_BYTES)
      inflate.push(packed.subarray(from, from + PIECE_BYTES), from + PIECE_BYTES >= packed.length);
  } catch {
    throw damaged();
  }
  if (at !== sizeBytes) throw damaged();
  return whole;
}

/** The members by the zip's central directory. */
function directory(zip: Uint8Array): readonly Member[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  try {
    let at = view.getUint32(endOf(view) + 16, true);
    const members: Member[] = [];
    while (view.getUint32(at, true) === DIRECTORY) {
      if (members.length === MEMBERS_LIMIT) throw new BadZip(`has more than ${MEMBERS_LIMIT} members`);
      const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
      const next = at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
      const member = memberAt(zip, view, at, nameBytes ?? 0, extraBytes ?? 0);
      if (!member.name.endsWith('/')) members.push(member);
      at = next;
    }
    if (members.length === 0) throw damaged();
    return members;
  } catch (error) {
    throw error instanceof BadZip ? error : damaged();
  }
}

function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  for (let at = view.byteLength - END_BYTES; at >= first; at -= 1) if (view.getUint32(at, true) === END) return at;
  throw damaged();
}

function memberAt(zip: Uint8Array, view: DataView, at: number, nameBytes: number, extraBytes: number): Member {
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw new BadZip('is encrypted');
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw new BadZip('is packed in a way that is not read');
  const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameBytes));
  const [sizeBytes, packedBytes, local] = sizes(view, at, at + 46 + nameBytes, extraBytes);
  if (view.getUint32(local, true) !== LOCAL) throw damaged();
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + packedBytes > zip.length || (method === 0 && packedBytes !== sizeBytes)) throw damaged();
  return { name, packed: zip.subarray(from, from + packedBytes), deflated: method === 8, sizeBytes };
}

/** Unpacked size, packed size and place of a member; some writers put them into the zip64 field though they are small. */
function sizes(view: DataView, at: number, extra: number, extraBytes: number): readonly [number, number, number] {
  const plain = [24, 20, 42].map((place) => view.getUint32(at + place, true));
  let field = extra;
  while (field + 4 <= extra + extraBytes && view.getUint16(field, true) !== 1)
    field += 4 + view.getUint16(field + 2, true);
  let wide = field + 4;
  const told = plain.map((value) => {
    if (value !== FULL) return value;
    if (wide + 8 > extra + extraBytes) throw damaged();
    wide += 8;
    return Number(view.getBigUint64(wide - 8, true));
  });
  return [told[0] ?? 0, told[1] ?? 0, told[2] ?? 0];
}
