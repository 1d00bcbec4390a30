import { epochMs } from '../../../../contracts/domain/time.ts';
import type { NewKey } from '../../../../contracts/v1/access.ts';
import { createKeys } from '../../../access/keys.ts';
import { judgeRing } from '../../../crypto/binding.ts';
import { lockFile } from '../file-lock.ts';
import { openKeys } from '../keys.ts';
import { databaseFile, openStore } from '../store.ts';
import { wrongUse } from './failure.ts';
import { storeConfig } from './settings.ts';

/** Makes a key in the store itself. Refused by the store's lock while a server holds it: that server makes keys then. */
export async function makeKeyOffline(command: NewKey): Promise<{ readonly id: string; readonly key: string }> {
  const config = storeConfig();
  // Asked first without waiting: a server that holds the store will not let go of it soon.
  lockFile(databaseFile(config)).release();
  const store = await openStore(config);
  try {
    const { vault } = await openKeys(config, store.file, store.platform, () => {}, {
      judge: (ring) => judgeRing((statement) => store.engine.all(statement), ring),
    });
    const keys = createKeys({ engine: store.engine, platform: store.platform, vault, onRevoked: () => {} });
    const expiresAt = command.expiresAt == null ? null : epochMs(command.expiresAt);
    const made = await keys.create({ ...command, expiresAt }, 'command-line');
    const { principal } = command;
    if (made === undefined)
      throw 'id' in principal && !(await keys.stands(principal.id))
        ? wrongUse('Không có chủ thể này', 'there is no such principal')
        : wrongUse('Không gắn được tài khoản này vào chủ thể này', 'this account cannot be bound to this principal');
    return { id: made.view.id, key: made.key };
  } finally {
    await store.close();
  }
}
