import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  PDFDocument,
  PDFName,
  type PDFObject,
  PDFRawStream,
} from '@cantoo/pdf-lib';

/** What a reader finds in the file: for each page its texts in the order of writing, and the letters that leave ink. */
export async function openedPdf(
  bytes: Uint8Array,
): Promise<{ readonly pages: readonly (readonly string[])[]; readonly drawn: ReadonlySet<string> }> {
  const document = await PDFDocument.load(bytes);
  const text = (stream: PDFObject | undefined) => new TextDecoder('latin1').decode(unpacked(stream));
  const letters = new Map<string, string>();
  const drawn = new Set<string>();
  const pages = document.getPages().map((page) => {
    const fonts = page.node.Resources()?.lookup(PDFName.of('Font'), PDFDict);
    const font = fonts?.lookup(PDFName.of('F1'), PDFDict);
    if (font !== undefined && letters.size === 0) {
      const map = text(font.lookup(PDFName.of('ToUnicode')));
      for (const [, glyph = '', code = ''] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4,8})>/gi))
        letters.set(
          glyph.toLowerCase(),
          String.fromCharCode(...(code.match(/.{4}/g) ?? []).map((unit) => parseInt(unit, 16))),
        );
      const file = embedded(font);
      for (const [glyph, letter] of letters) if (leavesInk(file, Number.parseInt(glyph, 16))) drawn.add(letter);
    }
    const contents = page.node.lookup(PDFName.of('Contents'), PDFArray);
    const written = contents.asArray().map((_, index) => text(contents.lookup(index)));
    return [...written.join('\n').matchAll(/<([0-9a-f]*)> Tj/gi)].map(([, hex = '']) =>
      (hex.match(/.{4}/g) ?? []).map((glyph) => letters.get(glyph.toLowerCase()) ?? '\ufffd').join(''),
    );
  });
  return { pages, drawn };
}

function unpacked(stream: PDFObject | undefined): Uint8Array {
  if (!(stream instanceof PDFRawStream)) throw new Error('the file lacks a stream that it names');
  return decodePDFRawStream(stream).decode();
}

function embedded(font: PDFDict): Uint8Array {
  const [descendant] = font.lookup(PDFName.of('DescendantFonts'), PDFArray).asArray();
  const descriptor = font.context.lookup(descendant, PDFDict).lookup(PDFName.of('FontDescriptor'), PDFDict);
  return unpacked(descriptor.lookup(PDFName.of('FontFile2')));
}

/** Straight from the tables `loca` and `glyf`, as a viewer does: a glyph without outline has no length. */
function leavesInk(bytes: Uint8Array, glyph: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tables = new Map<string, number>();
  for (let index = 0; index < view.getUint16(4); index += 1) {
    const at = 12 + index * 16;
    tables.set(String.fromCharCode(...bytes.subarray(at, at + 4)), view.getUint32(at + 8));
  }
  const long = view.getInt16((tables.get('head') ?? 0) + 50) === 1;
  const loca = tables.get('loca') ?? 0;
  const offset = (id: number) => (long ? view.getUint32(loca + id * 4) : view.getUint16(loca + id * 2) * 2);
  const start = (tables.get('glyf') ?? 0) + offset(glyph);
  const contours = view.getInt16(start);
  return offset(glyph + 1) > offset(glyph) && contours >= -1 && contours < 12;
}
