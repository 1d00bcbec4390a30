import type { InboundRequest } from '../../adapters/adapter.ts';
import { fromUtf8, toBase64 } from '../crypto/bytes.ts';

/** What is kept of a request that was not understood, for a person to see: nothing of its bytes is lost. */
export type RawRequest = Pick<InboundRequest, 'method' | 'query'> &
  (
    | { readonly body: string }
    /** What is no UTF-8. */
    | { readonly bodyBase64: string }
  );

export function rawOf({ method, query, body }: Pick<InboundRequest, 'method' | 'query' | 'body'>): RawRequest {
  try {
    return { method, query, body: fromUtf8(body) };
  } catch {
    return { method, query, bodyBase64: toBase64(body) };
  }
}

/** The first bytes of a body, at most so many; a character of UTF-8 is not cut in half. */
export function beginningOf(body: Uint8Array, maximumBytes: number): Uint8Array {
  if (body.length <= maximumBytes) return body;
  let end = maximumBytes;
  while (end > maximumBytes - 3 && isContinuation(body[end])) end -= 1;
  return body.subarray(0, isContinuation(body[end]) ? maximumBytes : end);
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;
