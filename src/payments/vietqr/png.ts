/**
 * A PNG of two colours, with nothing of any runtime: the platform's `CompressionStream` does the zlib part. One bit a
 * pixel, greyscale, no filter, no interlacing (PNG, third edition, W3C).
 */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const BIT_DEPTH = 1;
const GREYSCALE = 0;
/** Deflate, adaptive filtering, no interlacing: the only ones or the plainest there are. */
const METHODS = [0, 0, 0] as const;

/** The image of a square of modules, true being black, each `scale` pixels wide and high. */
export async function blackOnWhitePng(
  modules: readonly (readonly boolean[])[],
  scale: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const width = modules.length * scale;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, width);
  header.set([BIT_DEPTH, GREYSCALE, ...METHODS], 8);
  const body = await new Response(
    new Blob([scanlines(modules, scale)]).stream().pipeThrough(new CompressionStream('deflate')),
  ).arrayBuffer();
  const parts = [
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', new Uint8Array(body)),
    chunk('IEND', new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Each line of pixels after a zero (no filter); a one is white, the first pixel is the highest bit. */
function scanlines(modules: readonly (readonly boolean[])[], scale: number): Uint8Array<ArrayBuffer> {
  const lineBytes = 1 + Math.ceil((modules.length * scale) / 8);
  const lines = new Uint8Array(lineBytes * modules.length * scale);
  for (const [y, row] of modules.entries()) {
    const line = new Uint8Array(lineBytes);
    for (let x = 0; x < row.length * scale; x++)
      if (!row[Math.floor(x / scale)]) line[1 + (x >> 3)] = (line[1 + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    for (let copy = 0; copy < scale; copy++) lines.set(line, (y * scale + copy) * lineBytes);
  }
  return lines;
}

/** Length of the data, four letters, the data, CRC-32 of letters and data. */
function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(12 + data.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  whole.set(new TextEncoder().encode(type), 4);
  whole.set(data, 8);
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)));
  return whole;
}

/** CRC-32 of ISO 3309, reflected, as PNG asks for it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
