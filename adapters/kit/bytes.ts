import type { WireReply } from '../adapter.ts';

const encoder = new TextEncoder();

/** A text as a body of the wire. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);

/** A body read as UTF-8: a byte order mark is dropped, and a broken sequence becomes U+FFFD, which no schema mistakes for data. */
export const textOf = (body: Uint8Array): string => new TextDecoder().decode(body);

/** An answer of a system whose bodies are text. */
export interface TextReply extends Omit<WireReply, 'body'> {
  readonly body: string;
}

export const inText = (reply: WireReply): TextReply => ({ ...reply, body: textOf(reply.body) });
