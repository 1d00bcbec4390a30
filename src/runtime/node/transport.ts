import { buildConnector, Client, type Dispatcher, Pool } from 'undici';
import type { Transport, WireFault, WireReply, WireRequest } from '../../../adapters/adapter.ts';
import { codingsOf, decoded } from './content-coding.ts';
import { withoutInterim } from './interim.ts';
import { lookupAmong } from './lookup.ts';
import { faultOf } from './transport-faults.ts';

export interface UndiciTransportOptions {
  /** Longest answer read, in bytes, as it comes and after it is decoded; a longer one is the fault `too-large`. Default 16 MiB. */
  readonly maximumBodyBytes?: number;
  /** Longest wait for a connection (TCP and TLS), within the request's own timeout. Default 5 s. */
  readonly connectTimeoutMs?: number;
  /** Open connections to one origin. Default 64. */
  readonly connectionsPerOrigin?: number;
  /** How long an idle connection is kept. Short, because a peer that closes first costs an unknown. Default 4 s. */
  readonly keepAliveMs?: number;
  /** Refuses names that resolve to an address this says no to: for addresses that somebody else gave us. */
  readonly mayReach?: (address: string) => boolean;
  /** PEM texts for peers with a private authority or that ask for a client certificate. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface UndiciTransport extends Transport {
  /** Lets open requests end, then closes every connection. */
  close(): Promise<void>;
}

const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * Outbound HTTP on Node; bodies pass as the bytes that they are. `send` never throws and always ends within `timeoutMs`: connecting, waiting for the answer,
 * reading and decoding it share that one deadline.
 *
 * Answers are asked for without a content coding. One that comes in gzip, deflate or brotli all the same is decoded; one
 * in another coding is the fault `unknown-coding`, except under a status of failure, which then speaks without its body.
 * Interim answers (100 to 199 but 101) are passed over.
 *
 * `mayHaveArrived` is false only when undici had not yet begun to write the request, which it tells by
 * `onRequestStart` before the first byte. Everything later counts as possibly arrived, also the reset of a kept
 * connection that had gone stale: it fails towards "they may have acted".
 */
export function createUndiciTransport(options: UndiciTransportOptions = {}): UndiciTransport {
  const maximumBodyBytes = options.maximumBodyBytes ?? 16 * 1024 * 1024;
  const connection = () => {
    const connect = buildConnector({
      allowH2: false,
      timeout: options.connectTimeoutMs ?? 5_000,
      ...options.tls,
      ...(options.mayReach === undefined ? {} : { lookup: lookupAmong(options.mayReach) }),
    });
    return {
      allowH2: false,
      connect: ((target, callback) =>
        connect(target, (...[error, socket]) =>
          error === null ? callback(null, withoutInterim(socket)) : callback(error, null),
        )) satisfies buildConnector.connector,
      // The deadline is kept here, to the millisecond; undici's own coarser timers stay out of it.
      headersTimeout: 0,
      bodyTimeout: 0,
      pipelining: 1,
    };
  };
  const pools = new Map<string, Pool>();
  const open = new Set<Promise<unknown>>();

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known) return known;
    const pool = new Pool(origin, {
      ...connection(),
      connections: options.connectionsPerOrigin ?? 64,
      keepAliveTimeout: options.keepAliveMs ?? 4_000,
    });
    pools.set(origin, pool);
    return pool;
  }

  async function send(
    request: WireRequest,
    limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<WireReply | WireFault> {
    if (limits.signal.aborted) return { mayHaveArrived: false, cause: 'aborted' };
    let once: Client | undefined;
    try {
      const url = new URL(request.url);
      if (request.freshConnection) once = new Client(url.origin, connection());
      const conversation = converse(once ?? poolOf(url.origin), url, request, limits, maximumBodyBytes);
      open.add(conversation);
      return await conversation.finally(() => open.delete(conversation));
    } catch {
      // A malformed address or header: undici refuses it before it opens anything.
      return { mayHaveArrived: false, cause: 'other' };
    } finally {
      once?.destroy().catch(() => undefined);
    }
  }

  return {
    send,
    async close() {
      await Promise.allSettled(open);
      const idle = [...pools.values()];
      pools.clear();
      await Promise.all(idle.map((pool) => pool.destroy()));
    },
  };
}

/** One request and its answer. Settles exactly once; whatever undici reports after that is ignored. */
function converse(
  dispatcher: Dispatcher,
  url: URL,
  request: WireRequest,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
  maximumBodyBytes: number,
): Promise<WireReply | WireFault> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let settled = false;
    let status = 0;
    let headers: Record<string, string> = {};
    let size = 0;
    const chunks: Uint8Array[] = [];

    const settle = (answer: WireReply | WireFault) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', onAbort);
      resolve(answer);
    };
    const stop = (cause: WireFault['cause']) => {
      settle({ mayHaveArrived: controller !== undefined, cause });
      controller?.abort(new Error(cause));
    };
    const onAbort = () => stop('aborted');
    const timer = setTimeout(() => stop('timeout'), Math.min(Math.max(1, limits.timeoutMs), LONGEST_TIMEOUT_MS));
    limits.signal.addEventListener('abort', onAbort, { once: true });

    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: withAcceptedCoding(request.headers),
          body: request.body ?? null,
          ...(request.freshConnection ? { reset: true } : {}),
        },
        {
          onRequestStart(started) {
            // Given up while it waited for a connection: aborting here keeps every byte back.
            if (settled) started.abort(new Error('given up'));
            else controller = started;
          },
          onResponseStart(_controller, statusCode, incoming) {
            if (statusCode < 200) return;
            status = statusCode;
            headers = flatten(incoming);
            if (Number(headers['content-length']) > maximumBodyBytes) stop('too-large');
          },
          onResponseData(_controller, chunk) {
            size += chunk.length;
            if (size > maximumBodyBytes) stop('too-large');
            else if (!settled) chunks.push(chunk);
          },
          onResponseEnd() {
            void readable({ status, headers, body: joined(chunks, size) }, maximumBodyBytes).then(settle);
          },
          onResponseError(_controller, error) {
            settle(faultOf(error, { started: controller !== undefined, answered: status !== 0, url }));
          },
        },
      );
    } catch {
      settle({ mayHaveArrived: controller !== undefined, cause: 'other' });
    }
  });
}

/** A coding that is not asked for is not sent by whoever keeps to the rules, and costs nobody anything. */
function withAcceptedCoding(headers: Readonly<Record<string, string>>): Record<string, string> {
  const asked = Object.keys(headers).some((name) => name.toLowerCase() === 'accept-encoding');
  return asked ? { ...headers } : { 'accept-encoding': 'identity', ...headers };
}

/** The answer as its sender wrote it, before anything on the way or their own server coded it. */
async function readable(reply: WireReply, maximumBytes: number): Promise<WireReply | WireFault> {
  const codings = codingsOf(reply.headers);
  if (codings.length === 0) return reply;
  const made = await decoded(reply.body, codings, maximumBytes);
  const { 'content-encoding': _coding, 'content-length': _length, ...headers } = reply.headers;
  if (made.kind === 'body') return { ...reply, headers, body: made.body };
  if (made.kind === 'unknown-coding' && reply.status >= 400) return { ...reply, headers, body: new Uint8Array() };
  return { mayHaveArrived: true, cause: made.kind };
}

function flatten(incoming: Record<string, string | string[] | undefined>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming)) {
    if (value !== undefined) headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
