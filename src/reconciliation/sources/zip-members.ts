import { Inflate, zipSync } from 'fflate';
import { BadZip, damaged, type Member, membersOf } from './zip-directory.ts';

/** What a zip may hold in all once it is unpacked. */
export const UNPACKED_LIMIT_BYTES = 256 * 1024 * 1024;
/** Packed bytes that are unpacked at a time: they grow a thousandfold at most, so the limit holds before memory is gone. */
const PACKED_PIECE_BYTES = 16_384;
/** Unpacked bytes that are handed on at a time, however much came out at once. */
const PIECE_BYTES = 65_536;

/**
 * The same zip with its members stored as they are, so that whoever opens it unpacks nothing. Throws `BadZip` for one that is
 * damaged, encrypted, or larger than the limit once unpacked: by what its directory says before anything is unpacked, and
 * again while it is unpacked, because a directory can lie.
 */
export function unpacked(zip: Uint8Array, limitBytes = UNPACKED_LIMIT_BYTES): Uint8Array {
  const members = membersOf(zip);
  if (members.length === 0) throw damaged();
  checkSizes(members, limitBytes);
  const stored = new Map<string, Uint8Array>();
  for (const member of members) stored.set(member.name, member.deflated ? whole(member) : member.packed);
  return zipSync(Object.fromEntries(stored), { level: 0 });
}

/** Throws `BadZip` where the directory itself says that there is too much. */
export function checkSizes(members: readonly Member[], limitBytes: number): void {
  if (members.reduce((sum, member) => sum + member.sizeBytes, 0) > limitBytes)
    throw new BadZip(`is larger than ${Math.floor(limitBytes / 1_048_576)} MiB once it is unpacked`);
}

/**
 * The bytes of a member a piece at a time, never all of them at once. Throws `BadZip` at the piece with which they become
 * more than the directory says, or at the end where they are fewer.
 */
export function* piecesOf({ packed, deflated, sizeBytes }: Member): Generator<Uint8Array> {
  let out: Uint8Array[] = [];
  let size = 0;
  const inflate = new Inflate((piece) => {
    size += piece.length;
    if (size > sizeBytes) throw damaged();
    out.push(piece);
  });
  const unpack = (piece: Uint8Array, last: boolean): void => {
    try {
      inflate.push(piece, last);
    } catch {
      throw damaged();
    }
  };
  if (!deflated) yield* cut(packed);
  else
    for (let from = 0; from < packed.length; from += PACKED_PIECE_BYTES) {
      unpack(packed.subarray(from, from + PACKED_PIECE_BYTES), from + PACKED_PIECE_BYTES >= packed.length);
      const done = out;
      out = [];
      for (const piece of done) yield* cut(piece);
    }
  if (deflated && size !== sizeBytes) throw damaged();
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}

function whole(member: Member): Uint8Array {
  const bytes = new Uint8Array(member.sizeBytes);
  let at = 0;
  for (const piece of piecesOf(member)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
