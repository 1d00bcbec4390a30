import { existsSync, readFileSync } from 'node:fs';
import { journalLine } from '../../../../chronicle/journal-line.ts';
import { coreVariables } from '../../../../config.ts';
import { bindKeyring } from '../../../../crypto/binding.ts';
import { changeMaster } from '../../../../crypto/change-master.ts';
import { destroyedIn, openRing } from '../../../../crypto/keyring.ts';
import { standing } from '../../../../journal/standing.ts';
import { lastSeal } from '../../../../journal/statements.ts';
import { Secret } from '../../../../observability/secret.ts';
import { newId } from '../../../../platform.ts';
import { fileAnchor } from '../../anchor-file.ts';
import { lockFile } from '../../file-lock.ts';
import { fileKeyring } from '../../keyring-file.ts';
import { anchorFile, bytesOf, keyringFile } from '../../keys.ts';
import { databaseFile, openStore } from '../../store.ts';
import { wrongUse } from '../failure.ts';
import { complain } from '../output.ts';
import { storeConfig } from '../settings.ts';

/**
 * Puts the key ring under the key in `newKeyFile`. Refused while a server holds the store. Cut short, it either did
 * nothing or everything but the line of the journal; called again with the same keys it changes nothing.
 */
export async function changeMasterKey(newKeyFile: string): Promise<void> {
  const config = storeConfig();
  if (config.masterKey === undefined)
    throw wrongUse('Thiếu MASTER_KEY đang dùng', 'MASTER_KEY, the present one, is missing');
  if (!existsSync(newKeyFile)) throw wrongUse(`Không có tệp ${newKeyFile}`, 'there is no such file');
  const parsed = coreVariables.MASTER_KEY.safeParse(readFileSync(newKeyFile, 'utf8').trim());
  if (!parsed.success || !(parsed.data instanceof Secret))
    throw wrongUse('Khóa mới phải là base64 của 32 byte', 'the new key must be base64 of 32 bytes');
  const ring = fileKeyring(keyringFile(config, databaseFile(config)));
  const text = await ring.load();
  if (text === undefined) throw wrongUse('Chưa có vòng khóa', 'there is no key ring yet: start with the new key');

  const from = bytesOf(config.masterKey);
  const to = bytesOf(parsed.data);
  const opened = await openRing(text, from).catch(() => undefined);
  const held = opened ?? (await openRing(text, to));

  lockFile(databaseFile(config)).release();
  const store = await openStore({ ...config, masterKey: opened === undefined ? parsed.data : config.masterKey });
  try {
    const { engine, platform } = store;
    const { macRoot, keys } = held;
    await bindKeyring(engine, { id: held.ring.id, macRoot, keys, destroyed: destroyedIn(held.ring) });
    const [seal] = await engine.all(lastSeal());
    const anchors = await standing(fileAnchor(anchorFile(config, databaseFile(config))), undefined);
    const changed = await changeMaster({ from, to, store: ring, platform, lastSeal: Number(seal?.n ?? 0), anchors });
    if (changed)
      await engine.batch([
        journalLine({
          id: `store:${newId(platform, 't')}`,
          ref: 'store',
          to: 'master-key-changed',
          actor: 'command-line',
        }),
      ]);
    complain(
      changed
        ? 'Đã đổi. Khởi động với khóa mới; cất hoặc hủy khóa cũ và các bản sao vòng khóa cũ (changed: start with the new key; older copies of the key ring still open with the old one)'
        : 'Vòng khóa đã dùng khóa mới này rồi (the key ring is under that key already)',
    );
  } finally {
    await store.close();
  }
}
