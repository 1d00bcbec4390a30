import { join } from 'node:path';
import { parseConfig } from '../../src/config.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { openKeys } from '../../src/runtime/node/keys.ts';
import { openStore } from '../../src/runtime/node/store.ts';
import { rooms } from '../../src/runtime/rooms.ts';

/** What the section's processes find in one folder. */
export const filesIn = (folder: string) => ({
  store: join(folder, 'lienthong.db'),
  statement: join(folder, 'statement.mt940'),
  records: join(folder, 'records.csv'),
  lines: join(folder, 'lines.csv'),
});

/** The month that is reconciled, by a run of its last day. */
export const MONTH = { month: '2022-12', from: '2022-12-01', to: '2022-12-31' } as const;

/** The store as the server opens it, with the vault that seals in it. */
export async function storeIn(folder: string) {
  const { migrations, variables } = declaredBy(rooms);
  const file = filesIn(folder).store;
  const config = parseConfig(
    { DATABASE_URL: `sqlite:${file}`, MASTER_KEY: Buffer.alloc(32, 7).toString('base64') },
    { systems: [], variables, readFile: () => '' },
  );
  const store = await openStore(config, () => {}, migrations);
  const { vault } = await openKeys(config, store.file, store.platform, (error) => {
    throw error;
  });
  return { ...store, vault };
}
