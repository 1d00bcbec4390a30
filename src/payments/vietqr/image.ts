import { encodeQR } from 'qr';
import { blackOnWhitePng } from './png.ts';

/** White modules on each side, as ISO/IEC 18004 asks for. */
const QUIET_ZONE = 4;
/** Pixels of the image to one module: a code of ours is some 460 pixels wide. */
const PIXELS = 8;
/** In bytes: far more than a payment needs (one of ours has some 130), and still scanned with ease. */
const LONGEST = 512;

/** A code as SVG, one unit to a module: black on white, sharp in any size. Throws `RangeError` as `modulesOf` does. */
export function codeSvg(text: string): string {
  const modules = modulesOf(text);
  const side = modules.length;
  const path = modules.map((row, y) =>
    runsOf(row)
      .map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`)
      .join(''),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" width="${side * PIXELS}" height="${side * PIXELS}"` +
    ` shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${side}v${side}h-${side}z"/><path fill="#000" d="${path.join('')}"/></svg>\n`
  );
}

/** The same as PNG, eight pixels to a module. Rejects with `RangeError` as `modulesOf` throws. */
export async function codePng(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return blackOnWhitePng(modulesOf(text), PIXELS);
}

/**
 * The code's modules with their quiet zone, row by row, true being black; error correction M, so that a seventh of it
 * may be soiled. The library is asked for modules alone, so that another can take its place. Throws `RangeError` for an
 * empty text and for one longer than 512 bytes, which no payment's is.
 */
export function modulesOf(text: string): boolean[][] {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes === 0 || bytes > LONGEST) throw new RangeError(`the text of a code has 1 to ${LONGEST} bytes`);
  return encodeQR(text, 'raw', { ecc: 'medium', border: QUIET_ZONE });
}

/** Where black begins in a row, and how many modules it lasts. */
function runsOf(row: readonly boolean[]): [start: number, width: number][] {
  const runs: [number, number][] = [];
  for (const [x, black] of row.entries()) {
    const last = runs.at(-1);
    if (!black) continue;
    if (last !== undefined && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  }
  return runs;
}
