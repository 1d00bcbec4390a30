import { fromUtf8 } from '../../contracts/domain/text.ts';
import type { Platform } from '../platform.ts';
import { type Problem, problem } from './problem.ts';

export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;
/** A buffered body that takes longer is given up: a client cannot hold memory by sending slowly. */
const BODY_TIMEOUT_MS = 30_000;

/**
 * The body as text, bounded before and while it is read. Where the length is declared the runtime's own quick reading
 * is used (HTTP framing keeps it to that length); otherwise the bytes are counted as they come.
 */
export async function readText(
  request: Request,
  declaredLength: string | undefined,
  limitBytes: number,
  platform: Platform,
): Promise<string | Problem> {
  if (declaredLength !== undefined && Number(declaredLength) > limitBytes) return tooLarge(limitBytes);
  const body: Promise<ArrayBuffer | Uint8Array | Problem> =
    declaredLength === undefined ? readCounting(request, limitBytes) : request.arrayBuffer();
  try {
    const bytes = await inTime(body, platform);
    if (bytes === undefined) return problem('request-timeout', { headers: { connection: 'close' } });
    if (!(bytes instanceof ArrayBuffer || bytes instanceof Uint8Array)) return bytes;
    return fromUtf8(bytes) ?? problem('malformed-request', { detail: 'the body is not valid UTF-8' });
  } catch {
    return problem('malformed-request', { detail: 'the body ended early' });
  }
}

/** The body as the bytes that it is, bounded while it is read. Undefined: too large, too slow, or it ended early. */
export async function readBytes(
  stream: ReadableStream<Uint8Array>,
  limitBytes: number,
  platform: Platform,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await inTime(collect(stream, limitBytes), platform);
    return bytes instanceof Uint8Array ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** What is waited for, all with the same patience: one timer watches over them, so that a request costs none. */
interface Watch {
  readonly pending: Set<{ readonly until: number; readonly giveUp: () => void }>;
  armed: boolean;
}
const watches = new WeakMap<Platform, Watch>();

/** The text, or undefined when it did not come in time. */
function inTime<Value>(work: Promise<Value>, platform: Platform): Promise<Value | undefined> {
  let watch = watches.get(platform);
  if (watch === undefined) {
    watch = { pending: new Set(), armed: false };
    watches.set(platform, watch);
  }
  const { pending } = watch;
  const result = new Promise<Value | undefined>((resolve, reject) => {
    const entry = { until: platform.steady() + BODY_TIMEOUT_MS, giveUp: () => resolve(undefined) };
    pending.add(entry);
    work.then(
      (value) => {
        pending.delete(entry);
        resolve(value);
      },
      (error) => {
        pending.delete(entry);
        reject(error);
      },
    );
  });
  arm(watch, platform);
  return result;
}

function arm(watch: Watch, platform: Platform): void {
  if (watch.armed) return;
  watch.armed = true;
  platform.after(BODY_TIMEOUT_MS / 10, () => {
    watch.armed = false;
    const now = platform.steady();
    for (const entry of watch.pending) {
      if (entry.until > now) break;
      watch.pending.delete(entry);
      entry.giveUp();
    }
    if (watch.pending.size > 0) arm(watch, platform);
  });
}

async function readCounting(request: Request, limitBytes: number): Promise<Uint8Array | Problem> {
  return request.body === null ? new Uint8Array() : collect(request.body, limitBytes);
}

async function collect(stream: ReadableStream<Uint8Array>, limitBytes: number): Promise<Uint8Array | Problem> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limitBytes) {
      await reader.cancel();
      return tooLarge(limitBytes);
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

const tooLarge = (limitBytes: number): Problem =>
  problem('body-too-large', {
    detail: `at most ${limitBytes} bytes`,
    more: { limitBytes },
  });
