/** The library comes without types: what the writer of PDF files asks of it is all that is used. */
declare module 'fontkit' {
  import type { Font } from '@cantoo/pdf-lib/cjs/types/fontkit.js';
  export function create(bytes: Uint8Array): Font;
}
