import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { codePng, codeSvg, modulesOf } from './image.ts';
import { readCode } from './read.ts';
import { paymentCode } from './write.ts';

const written = paymentCode({
  bankBin: '970436',
  accountNumber: '1234567890123456789',
  amountVnd: 9_999_999_999_999,
  reference: 'LT123456789092',
  words: 'Lệ phí hộ tịch',
});
const TEXT = written.ok ? written.text : '';

/** Read by makers other than the one that drew it. */
function decoded(pixels: Uint8ClampedArray, width: number): string | undefined {
  return jsQR.default(pixels, width, width, { inversionAttempts: 'dontInvert' })?.data;
}

/** Paints what the path says, eight pixels to a module, as a browser would. */
function painted(svg: string): { pixels: Uint8ClampedArray; width: number } {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
  const width = side * 8;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  const path = /<path fill="#000" d="([^"]*)"/.exec(svg)?.[1] ?? '';
  let read = 0;
  for (const [run, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)) {
    read += run.length;
    for (let row = Number(y) * 8; row < Number(y) * 8 + 8; row++)
      for (let column = Number(x) * 8; column < (Number(x) + Number(length)) * 8; column++)
        pixels.fill(0, (row * width + column) * 4, (row * width + column) * 4 + 3);
  }
  expect(read).toBe(path.length);
  return { pixels, width };
}

describe('the image of a code', () => {
  it('says as PNG what the text says, eight pixels to a module', async () => {
    const png = PNG.sync.read(Buffer.from(await codePng(TEXT)), { checkCRC: true });
    expect([png.width, png.height]).toEqual([modulesOf(TEXT).length * 8, modulesOf(TEXT).length * 8]);
    expect(decoded(new Uint8ClampedArray(png.data), png.width)).toBe(TEXT);
    expect(readCode(TEXT)).toMatchObject({ ok: true, value: { purpose: 'LT123456789092 Le phi ho' } });
  });

  it('says the same as SVG, which holds neither text nor script', () => {
    const svg = codeSvg(TEXT);
    const { pixels, width } = painted(svg);
    expect(decoded(pixels, width)).toBe(TEXT);
    expect(svg.match(/<\w+/g)).toEqual(['<svg', '<path', '<path']);
    expect(svg).not.toContain('1234567890123456789');
  });

  it('has pixel for pixel the same modules in both', async () => {
    const png = PNG.sync.read(Buffer.from(await codePng(TEXT)));
    expect(Buffer.compare(png.data, Buffer.from(painted(codeSvg(TEXT)).pixels))).toBe(0);
  });

  it.each([1, 14, 99, 255, 512])('is right whatever its size (%i characters)', async (length) => {
    const text = TEXT.repeat(5).slice(0, length);
    const png = PNG.sync.read(Buffer.from(await codePng(text)), { checkCRC: true });
    expect(decoded(new Uint8ClampedArray(png.data), png.width)).toBe(text);
  });
});

describe('the modules of a code', () => {
  it('have four white ones on each side, and begin with the finder', () => {
    const modules = modulesOf(TEXT);
    const edge = (at: number) => at < 4 || at >= modules.length - 4;
    expect(modules.every((row) => row.length === modules.length)).toBe(true);
    expect(modules.flatMap((row, y) => row.filter((black, x) => black && (edge(x) || edge(y))))).toEqual([]);
    expect(modules[4]?.slice(4, 11)).toEqual([true, true, true, true, true, true, true]);
  });

  it('carry error correction M', () => {
    // The two format bits beside the upper finder: 00 is M, once the mask 10 of ISO/IEC 18004 is taken off.
    const row = modulesOf(TEXT)[4 + 8] ?? [];
    expect([row[4], row[5]]).toEqual([true, false]);
  });

  it('are not made of nothing, or of what is no code', async () => {
    for (const text of ['', 'x'.repeat(513), 'ồ'.repeat(200)]) {
      expect(() => modulesOf(text)).toThrow(RangeError);
      expect(() => codeSvg(text)).toThrow(RangeError);
      await expect(codePng(text)).rejects.toThrow(RangeError);
    }
  });
});
