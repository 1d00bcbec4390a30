/** The library comes without types: what the writer of PDF files asks of it is all that is used. */
declare module 'fontkit' {
  import type { PDFDocument } from '@cantoo/pdf-lib';
  export const create: Parameters<PDFDocument['registerFontkit']>[0]['create'];
}
