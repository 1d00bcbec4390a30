import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';

/** What became of a coded body. `unknown-coding`: one that we cannot read, or bytes that are not what they are called. */
export type Decoded =
  | { readonly kind: 'body'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' | 'truncated' | 'unknown-coding' };

type Decoder = (body: Uint8Array, options: ZlibOptions) => Promise<Uint8Array>;

const unzlib: Decoder = promisify(inflate);
const unraw: Decoder = promisify(inflateRaw);
const decoders: Readonly<Record<string, Decoder>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  // "deflate" is the zlib format; some send the bare stream under the same name.
  deflate: (body, options) => (isZlib(body) ? unzlib : unraw)(body, options),
  br: promisify(brotliDecompress),
};
/** Nobody codes more often than this in good faith, and each round costs up to the bound. */
const MOST_CODINGS = 4;

/** The codings that were put on a body, in the order in which they were; from `Content-Encoding` and `Transfer-Encoding`. */
export function codingsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const listed = [...names(headers['content-encoding']), ...names(headers['transfer-encoding'])];
  return listed.filter((each) => each !== 'identity' && each !== 'chunked');
}

const names = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '');

/**
 * The body as it was before it was coded. No round makes more than `maximumBytes`, in memory either: what would is
 * `too-large`, so that a small answer which unfolds without end costs no more than a large one.
 */
export async function decoded(body: Uint8Array, codings: readonly string[], maximumBytes: number): Promise<Decoded> {
  // Nothing has no coding: a 204, or a status that needs no words.
  if (body.length === 0) return { kind: 'body', body };
  if (codings.length > MOST_CODINGS) return { kind: 'unknown-coding' };
  const rounds = codings.toReversed().map((coding) => (Object.hasOwn(decoders, coding) ? decoders[coding] : undefined));
  let plain = body;
  for (const decode of rounds) {
    if (decode === undefined) return { kind: 'unknown-coding' };
    try {
      plain = await decode(plain, { maxOutputLength: maximumBytes });
    } catch (error) {
      return { kind: kindOf(error) };
    }
  }
  return { kind: 'body', body: new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength) };
}

function kindOf(error: unknown): Exclude<Decoded['kind'], 'body'> {
  const code = String((error as { code?: unknown }).code);
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'too-large';
  return code === 'Z_BUF_ERROR' ? 'truncated' : 'unknown-coding';
}

/** A zlib header: the method, and a check over its two bytes (RFC 1950). */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
