import type { Platform } from '../platform.ts';
import { type Problem, problem } from './problem.ts';

export const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;
/** A buffered body that takes longer is given up: a client cannot hold memory by sending slowly. */
export const BODY_TIMEOUT_MS = 30_000;

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
  let stop: (() => void) | undefined;
  const late = new Promise<Problem>((resolve) => {
    stop = platform.after(BODY_TIMEOUT_MS, () =>
      resolve(problem('request-timeout', { headers: { connection: 'close' } })),
    );
  });
  try {
    const body = declaredLength === undefined ? readCounting(request, limitBytes) : request.text();
    const text = await Promise.race([body, late]);
    if (typeof text === 'string' && text.includes('\uFFFD'))
      return problem('malformed-request', { detail: 'the body is not valid UTF-8' });
    return text;
  } catch {
    return problem('malformed-request', { detail: 'the body ended early' });
  } finally {
    stop?.();
  }
}

async function readCounting(request: Request, limitBytes: number): Promise<string | Problem> {
  if (request.body === null) return '';
  const decoder = new TextDecoder();
  const reader = request.body.getReader();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > limitBytes) {
      await reader.cancel();
      return tooLarge(limitBytes);
    }
    text += decoder.decode(value, { stream: true });
  }
}

const tooLarge = (limitBytes: number): Problem =>
  problem('body-too-large', {
    detail: `at most ${limitBytes} bytes`,
    more: { limitBytes },
    headers: { connection: 'close' },
  });
