import { fromUtf8 } from '../../contracts/domain/text.ts';

const NEW_LINE = 0x0a;

export const TOO_LONG = Symbol('too long');
export const NOT_UTF8 = Symbol('not UTF-8');
/** A line's text, or what keeps it from having one. */
export type Line = string | typeof TOO_LONG | typeof NOT_UTF8;

export interface Taken {
  readonly line: Line;
  /** Bytes that it held. */
  readonly bytes: number;
}

export interface LineReader {
  /** The lines that end in this chunk, one by one; without a chunk, what stands after the end of the last. */
  read(chunk: Uint8Array | undefined): Generator<Taken>;
}

/**
 * Lines by their bytes, so that each is judged as UTF-8 for itself. Of one that is longer than `limitBytes` no more is
 * kept, and it counts no bytes.
 */
export function lineReader(limitBytes: number): LineReader {
  let parts: Uint8Array[] = [];
  let size = 0;
  const add = (part: Uint8Array): void => {
    size += part.byteLength;
    if (size <= limitBytes) parts.push(part);
    else parts = [];
  };
  const take = (): Taken => {
    const tooLong = size > limitBytes;
    const line: Line = tooLong ? TOO_LONG : (fromUtf8(joined(parts, size)) ?? NOT_UTF8);
    const bytes = tooLong ? 0 : size;
    parts = [];
    size = 0;
    return { line, bytes };
  };
  return {
    *read(chunk) {
      if (chunk === undefined) {
        if (size > 0) yield take();
        return;
      }
      let from = 0;
      for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, from)) {
        add(chunk.subarray(from, end));
        from = end + 1;
        yield take();
      }
      // A copy: the chunk is not held for the little that is left of it, and none of what is too long already.
      if (from < chunk.byteLength) add(size > limitBytes ? chunk.subarray(from) : chunk.slice(from));
    },
  };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
