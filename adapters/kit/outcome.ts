import {
  type CallContext,
  type Failure,
  type NotSent,
  notSent,
  type Rejected,
  rejected,
  type Unknown,
  unknown,
  type WireFault,
  type WireReply,
} from '../adapter.ts';
import { retryAfterMs } from './retry-after.ts';

/**
 * The one place that decides between "they surely did not act" and "they may have acted". Whatever is not proven
 * falls to unknown, because a second effect is worse than a question.
 */

/** Said of a request before anybody acts on it. Other statuses of the 400s, such as 408 and 409, may follow an act. */
const SAID_AT_THE_DOOR: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 411, 413, 414, 415, 417, 421, 431,
]);

/** What a conversation without a readable answer means. */
export function fromFault(fault: WireFault): NotSent | Unknown {
  if (!fault.mayHaveArrived) {
    switch (fault.cause) {
      case 'refused':
        return notSent('connection-refused');
      case 'dns':
        return notSent('dns');
      case 'tls':
        return notSent('tls');
      case 'aborted':
        return notSent('cancelled-before-sending');
      case 'timeout':
        // No connection in time: nothing was written.
        return notSent('unavailable');
      case 'other':
        // Nothing was written and the runtime cannot say why: an address or header of ours that cannot be sent.
        return notSent('client-error');
      default:
        // A reset, a cut or an oversized answer presupposes that something left; such a claim is not believed.
        return unknown('transport');
    }
  }
  switch (fault.cause) {
    case 'timeout':
    case 'aborted':
      return unknown('timeout');
    case 'reset':
      return unknown('connection-lost');
    case 'truncated':
    case 'too-large':
    case 'unknown-coding':
      return unknown('unreadable');
    default:
      return unknown('transport');
  }
}

/**
 * What a status means before the body is looked at; undefined for 2xx, whose body decides, and for 401 and 403, which
 * belong to whoever keeps the session. A 503 with Retry-After says "not now" to what may be repeated; of a one-off it is
 * not believed, because gateways answer so after the system behind them has acted.
 */
export function fromStatus(
  reply: Pick<WireReply, 'status' | 'headers'>,
  context: Pick<CallContext, 'wall' | 'oneOff'>,
): NotSent | Unknown | undefined {
  const { status } = reply;
  if (status >= 200 && status < 300) return undefined;
  if (status === 401 || status === 403) return undefined;
  const wait = retryAfterMs(reply.headers, context.wall());
  if (status === 429) return notSent('rate-limited', wait);
  if (status === 503 && wait !== undefined && !context.oneOff) return notSent('unavailable', wait);
  if (status >= 500) return unknown('server-error');
  if (status >= 400)
    return context.oneOff && !SAID_AT_THE_DOOR.has(status) ? unknown('server-error') : notSent('client-error');
  return unknown('unreadable');
}

/** Statuses that say all there is to say, whatever stands in the body: they speak of pace and not of what was asked. */
const STATUS_ALONE: ReadonlySet<number> = new Set([408, 425, 429]);

/** Whether a body under a status other than 2xx is read as an answer of theirs; under a 503 with a wait there is none. */
export function mayHoldAnswer(status: number, byStatus: Failure): boolean {
  if (status < 400 || STATUS_ALONE.has(status)) return false;
  return status < 500 || byStatus.kind === 'unknown';
}

/** Of two conversations of one run, the one that must be reported: doubt about the first outlives a second not sent. */
export function graver<First extends { readonly kind: string }, Second extends { readonly kind: string }>(
  first: First,
  second: Second,
): First | Second {
  const doubtful = first.kind === 'unknown' || first.kind === 'drift';
  return doubtful && second.kind === 'not-sent' ? first : second;
}

const PLAIN_CODE = /^[A-Za-z0-9_.-]{1,20}$/;
/** As many digits in a row may be somebody's number, the seven of a passport included. */
const LONG_NUMBER = /\d{7}/;

/**
 * Their business "no". A code stands in clear columns and logs, so only what looks like one is kept as it is: anything
 * else is `other` and stands, as they wrote it, in the message, which is sealed (I6).
 */
export function refusedAs(code: string, message: string, fields: readonly string[] = []): Rejected {
  if (PLAIN_CODE.test(code) && !LONG_NUMBER.test(code)) return rejected(code, message, fields);
  return rejected('other', [code, message].filter((text) => text !== '').join(': '), fields);
}
