const MEMBERS_LIMIT = 2_000;

const END = 0x06054b50;
const WIDE_END = 0x06064b50;
const WIDE_PLACE = 0x07064b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const WIDE_PLACE_BYTES = 20;
const LONGEST_COMMENT = 65_535;
const FULL = 0xffff_ffff;
const FULL_COUNT = 0xffff;

/** What keeps a zip from being opened, in words for whoever sent it. */
export class BadZip extends Error {
  override readonly name = 'BadZip';
}
export const damaged = (): BadZip => new BadZip('is damaged: its zip cannot be read');

export interface Member {
  readonly name: string;
  readonly packed: Uint8Array;
  readonly deflated: boolean;
  /** What the directory says of it: it can lie. */
  readonly sizeBytes: number;
  readonly crc: number;
}

/** Whether bytes begin as those of a zip do: with a member, or with the end where there is none. */
export const beginsZip = ([p, k, a, b]: Uint8Array): boolean =>
  p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));

/**
 * The members of a zip by its central directory, without folders; nothing is unpacked. Throws `BadZip` where one is
 * encrypted or packed in an unknown way, where two have one name, and where the directory does not hold as many as its end
 * says: a member must not go missing unseen.
 */
export function membersOf(zip: Uint8Array): readonly Member[] {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  try {
    const { count, from } = endOf(view);
    if (count > MEMBERS_LIMIT) throw new BadZip(`has more than ${MEMBERS_LIMIT} members`);
    const members = new Map<string, Member>();
    let at = from;
    for (let index = 0; index < count; index += 1) {
      if (view.getUint32(at, true) !== DIRECTORY) throw damaged();
      const [nameBytes = 0, extraBytes = 0, commentBytes = 0] = [28, 30, 32].map((place) =>
        view.getUint16(at + place, true),
      );
      const member = memberAt(zip, view, at, nameBytes, extraBytes);
      if (members.has(member.name)) throw new BadZip('is damaged: two of its members have one name');
      members.set(member.name, member);
      at += 46 + nameBytes + extraBytes + commentBytes;
    }
    if (view.getUint32(at, true) === DIRECTORY) throw damaged();
    return [...members.values()].filter(({ name }) => !name.endsWith('/'));
  } catch (error) {
    throw error instanceof BadZip ? error : damaged();
  }
}

/** How many members the directory has and where it begins. */
function endOf(view: DataView): { readonly count: number; readonly from: number } {
  const first = Math.max(0, view.byteLength - END_BYTES - LONGEST_COMMENT);
  let end = view.byteLength - END_BYTES;
  while (end >= first && view.getUint32(end, true) !== END) end -= 1;
  if (end < first) throw damaged();
  const [count, from] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (count !== FULL_COUNT && from !== FULL) return { count, from };
  const place = end - WIDE_PLACE_BYTES;
  if (view.getUint32(place, true) !== WIDE_PLACE) throw damaged();
  const wide = Number(view.getBigUint64(place + 8, true));
  if (view.getUint32(wide, true) !== WIDE_END) throw damaged();
  return { count: Number(view.getBigUint64(wide + 32, true)), from: Number(view.getBigUint64(wide + 48, true)) };
}

function memberAt(zip: Uint8Array, view: DataView, at: number, nameBytes: number, extraBytes: number): Member {
  if ((view.getUint16(at + 8, true) & 1) !== 0) throw new BadZip('is encrypted');
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8) throw new BadZip('is packed in a way that is not read');
  const crc = view.getUint32(at + 16, true);
  const name = new TextDecoder().decode(zip.subarray(at + 46, at + 46 + nameBytes));
  const [sizeBytes, packedBytes, local] = sizes(view, at, at + 46 + nameBytes, extraBytes);
  if (view.getUint32(local, true) !== LOCAL) throw damaged();
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + packedBytes > zip.length || (method === 0 && packedBytes !== sizeBytes)) throw damaged();
  return { name, packed: zip.subarray(from, from + packedBytes), deflated: method === 8, sizeBytes, crc };
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
