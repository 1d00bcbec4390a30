import type { ServerResponse } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a reply, or none, gets back to the caller. */
export type Delivery =
  | {
      readonly kind: 'reply';
      readonly reply: Reply;
      readonly skewMs: number;
      readonly drip: { readonly chunkBytes: number; readonly everyMs: number } | undefined;
      readonly truncated: boolean;
    }
  | { readonly kind: 'reset' }
  /** The connection stays open and silent until the caller gives up. */
  | { readonly kind: 'hang' };

export const jsonReply = (value: unknown, status = 200, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: 'application/json;charset=UTF-8',
  body: JSON.stringify(value),
  ...(headers === undefined ? {} : { headers }),
});

export const textReply = (body: string, status = 200, headers?: Readonly<Record<string, string>>): Reply => ({
  status,
  contentType: 'text/plain;charset=UTF-8',
  body,
  ...(headers === undefined ? {} : { headers }),
});

/**
 * Writes the delivery to a socket. `onLastByte` is called just before the last byte leaves, at a reset, and never for
 * a hang (the caller's going away ends that one).
 */
export function deliver(response: ServerResponse, delivery: Delivery, onLastByte: () => void): void {
  const { socket } = response;
  if (socket === null || socket.destroyed) {
    onLastByte();
    return;
  }
  if (delivery.kind === 'hang') return;
  if (delivery.kind === 'reset') {
    onLastByte();
    socket.resetAndDestroy();
    return;
  }
  const { reply, drip, skewMs, truncated } = delivery;
  const body = Buffer.from(reply.body);
  const headers: Record<string, string | number> = {
    'content-type': reply.contentType,
    'content-length': truncated ? body.length + 64 : body.length,
    ...reply.headers,
  };
  if (skewMs !== 0) headers.date = new Date(Date.now() + skewMs).toUTCString();
  response.writeHead(reply.status, headers);
  if (truncated) {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
      onLastByte();
      socket.destroy();
    });
  } else if (drip === undefined) {
    onLastByte();
    response.end(body);
  } else {
    dripBody(response, body, drip, onLastByte);
  }
}

function dripBody(
  response: ServerResponse,
  body: Buffer,
  drip: { readonly chunkBytes: number; readonly everyMs: number },
  onLastByte: () => void,
): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed) {
      clearInterval(timer);
      return;
    }
    const piece = body.subarray(sent, sent + drip.chunkBytes);
    sent += piece.length;
    if (sent < body.length) {
      response.write(piece);
      return;
    }
    clearInterval(timer);
    onLastByte();
    response.end(piece);
  }, drip.everyMs);
  response.flushHeaders();
}
