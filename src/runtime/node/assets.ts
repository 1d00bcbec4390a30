import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Assets } from '../../routes/assets.ts';

/** The documentation page's files, from the installed swagger-ui-dist; read once. */
export function nodeAssets(): Assets {
  const folder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const read = new Map<string, Promise<Uint8Array<ArrayBuffer> | undefined>>();
  return {
    read: (name) => {
      let content = read.get(name);
      if (content === undefined) {
        content = readFile(join(folder, name)).then(
          (bytes) => new Uint8Array(bytes),
          () => undefined,
        );
        read.set(name, content);
      }
      return content;
    },
  };
}
