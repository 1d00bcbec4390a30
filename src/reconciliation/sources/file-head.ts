import { type FileHead, HEAD_BYTES } from './source.ts';

/** The first bytes of a file, and a stream of all of them that whoever reads only a part of it does not end. */
export async function peeked(
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly head: FileHead; readonly whole: AsyncIterable<Uint8Array> }> {
  const iterator = file[Symbol.asyncIterator]();
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size < HEAD_BYTES) {
    const { done, value } = await iterator.next();
    if (done) break;
    pieces.push(value);
    size += value.length;
  }
  const bytes = new Uint8Array(Math.min(size, HEAD_BYTES));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, bytes.length - at), at);
    at += Math.min(piece.length, bytes.length - at);
  }
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const held = pieces.shift();
    return held === undefined ? iterator.next() : { done: false, value: held };
  };
  return { head: { bytes, text: lenientText(bytes) }, whole: { [Symbol.asyncIterator]: () => ({ next }) } };
}

function lenientText(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return bytes.includes(0) ? '' : new TextDecoder().decode(bytes);
}
