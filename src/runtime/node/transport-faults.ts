import type { WireFault } from '../../../adapters/adapter.ts';

/** How far the conversation had got when it failed. */
export interface Progress {
  /** The request had begun to be written. */
  readonly started: boolean;
  /** The head of an answer had come. */
  readonly answered: boolean;
  readonly url: URL;
}

const REFUSED = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL']);
const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME', 'ENODATA', 'ESERVFAIL']);
const CONNECT_TIMEOUT = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

/**
 * Translates an error of the runtime. Before the request began to be written nothing can have arrived, whatever the
 * error; afterwards everything may have.
 */
export function faultOf(error: unknown, progress: Progress): WireFault {
  if (!progress.started) return { mayHaveArrived: false, cause: causeBeforeSending(error, progress.url) };
  return { mayHaveArrived: true, cause: progress.answered ? 'truncated' : causeAfterSending(error) };
}

function causeBeforeSending(error: unknown, url: URL): WireFault['cause'] {
  const codes = codesOf(error);
  const any = (set: ReadonlySet<string>) => codes.some((code) => set.has(code));
  if (any(DNS)) return 'dns';
  if (any(REFUSED)) return 'refused';
  if (any(CONNECT_TIMEOUT)) return 'timeout';
  if (codes.some((code) => /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_|EPROTO)/.test(code)))
    return 'tls';
  // The peer took the connection and dropped it before a byte of ours left: during the handshake, or at once.
  if (codes.some((code) => code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'))
    return url.protocol === 'https:' ? 'tls' : 'refused';
  return 'other';
}

function causeAfterSending(error: unknown): WireFault['cause'] {
  const codes = codesOf(error);
  if (codes.some((code) => code === 'ETIMEDOUT' || code.endsWith('_TIMEOUT'))) return 'timeout';
  if (codes.some((code) => ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET'].includes(code))) return 'reset';
  // An answer that is not HTTP: the head never came to an end.
  if (codes.some((code) => code.startsWith('HPE_'))) return 'truncated';
  return 'other';
}

/** The codes of an error, of what caused it, and of those it gathers (one an address that was tried). */
function codesOf(error: unknown, depth = 0): string[] {
  if (depth > 4 || typeof error !== 'object' || error === null) return [];
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...codesOf(cause, depth + 1),
    ...(Array.isArray(errors) ? errors.flatMap((each) => codesOf(each, depth + 1)) : []),
  ];
}
