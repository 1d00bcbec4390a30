import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPORT_FONT } from '../../reconciliation/reports/report-font.ts';
import type { Assets } from '../../routes/assets.ts';

/** The documentation page's files, from the installed swagger-ui-dist, and the font of reports; each is read once. */
export function nodeAssets(): Assets {
  const pages = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const fonts = fileURLToPath(new URL('../../reconciliation/reports/font', import.meta.url));
  const read = new Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>();
  return {
    read: (name) => {
      let content = read.get(name);
      if (content === undefined) {
        content = readFile(join(name === REPORT_FONT ? fonts : pages, name)).then(
          (bytes) => new Uint8Array(bytes),
          () => undefined,
        );
        read.set(name, content);
      }
      return content;
    },
  };
}
