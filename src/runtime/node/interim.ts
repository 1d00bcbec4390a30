import type { Socket } from 'node:net';

/** Longest run of interim answers before one final answer, in bytes. Beyond it the bytes go to the parser as they come. */
const LONGEST_INTERIM_BYTES = 64 * 1024;
const LF = 10;
const CR = 13;
const STATUS_LINE = 'HTTP/1.x 1xx';

/**
 * Passes over interim answers (RFC 9110, 15.2), asked for or not: the reader of this socket sees none of them, however
 * the bytes are cut. undici ends the connection on a `100 Continue` that it did not ask for, which would make a lost
 * answer of one that came. A `101` is left in place, because what follows it is no HTTP.
 *
 * Holds for requests that are written before their answer is read, one at a time: every write means that the head of an
 * answer comes next. Bytes are held back only while they may still be an interim answer.
 */
export function withoutInterim<Of extends Socket>(socket: Of): Of {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...input: unknown[]) => boolean;
  let strainer: ReturnType<typeof interimStrainer> | undefined;

  socket.write = ((...input: unknown[]) => {
    strainer = interimStrainer();
    return write(...input);
  }) as Of['write'];
  socket.read = ((size?: number) => {
    if (size !== undefined || strainer === undefined) return read(size);
    for (;;) {
      const chunk: Buffer | null = read();
      if (chunk === null || strainer === undefined) return chunk;
      const { rest, done } = strainer(chunk);
      if (done) strainer = undefined;
      if (rest.length > 0) return rest;
    }
  }) as Of['read'];
  return socket;
}

/** Takes the bytes of an answer as they come and gives back what is no interim answer. `done`: the rest passes as it is. */
export function interimStrainer(): (chunk: Uint8Array) => { readonly rest: Buffer; readonly done: boolean } {
  let held: Buffer = Buffer.alloc(0);
  let passedOver = 0;
  /** How much of `held` was searched for the end of an interim head. */
  let searched = 0;

  const passOn = () => {
    const rest = held;
    held = Buffer.alloc(0);
    return { rest, done: true };
  };
  return (chunk) => {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    for (;;) {
      if (searched === 0) held = held.subarray(emptyLines(held));
      const is = beginsInterim(held);
      if (is === 'no') return passOn();
      const end = is === 'yes' ? endOfHead(held, searched) : undefined;
      if (passedOver + (end ?? held.length) > LONGEST_INTERIM_BYTES) return passOn();
      if (end === undefined) {
        searched = is === 'yes' ? held.length : 0;
        return { rest: Buffer.alloc(0), done: false };
      }
      held = held.subarray(end);
      passedOver += end;
      searched = 0;
    }
  };
}

/** Line ends before a status line mean nothing. */
function emptyLines(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === CR || bytes[at] === LF) at += 1;
  return at;
}

function beginsInterim(bytes: Buffer): 'yes' | 'no' | 'perhaps' {
  const begin = bytes.toString('latin1', 0, STATUS_LINE.length);
  for (const [at, byte] of [...begin].entries()) {
    const meant = STATUS_LINE[at];
    if (meant === 'x' ? byte < '0' || byte > '9' : byte !== meant) return 'no';
  }
  if (begin.endsWith(' 101')) return 'no';
  return begin.length < STATUS_LINE.length ? 'perhaps' : 'yes';
}

/** Where the empty line ends that ends a head; looks at no more than is new. */
function endOfHead(bytes: Buffer, searched: number): number | undefined {
  let at = bytes.indexOf(LF, Math.max(0, searched - 2));
  while (at !== -1) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
    at = bytes.indexOf(LF, at + 1);
  }
  return undefined;
}
