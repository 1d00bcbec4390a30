import { existsSync } from 'node:fs';
import type { Config } from '../../../../config.ts';
import { judgeRing } from '../../../../crypto/binding.ts';
import { KeyringUnusable } from '../../../../crypto/keyring.ts';
import { Tampered } from '../../../../crypto/vault.ts';
import { bodyRow, PRESENT_BODY } from '../../../../dossiers/statements.ts';
import { nodeClock } from '../../clock.ts';
import { keyringFile, openToRead } from '../../keys.ts';
import { nodePlatform } from '../../platform.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, none, ok } from './finding.ts';

const BRING_BACK =
  'đưa đúng tệp vòng khóa và MASTER_KEY trở lại; không có chúng thì không đọc được hồ sơ đã lưu (bring back the right key ring and MASTER_KEY: without them nothing kept can be read)';

/** Whether `MASTER_KEY` opens the key ring, and the ring opens what the store holds. Changes neither. */
export async function keys(
  config: Config,
  databaseFile: string,
  store: ReadOnlyStore | undefined,
): Promise<readonly Finding[]> {
  const { masterKey } = config;
  if (masterKey === undefined)
    return [
      bad(
        'key-ring',
        'thiếu MASTER_KEY (MASTER_KEY is missing)',
        'đặt MASTER_KEY, tạo mới bằng `openssl rand -base64 32`, và giữ tách khỏi kho (set it; keep it apart from the store)',
      ),
    ];
  const file = keyringFile(config, databaseFile);
  const sealed = newestDossier(store);
  if (!existsSync(file))
    return sealed === undefined
      ? [none('key-ring', `chưa có, sẽ được tạo khi chạy lần đầu (made at the first start): ${file}`)]
      : [
          bad(
            'key-ring',
            `kho đã có hồ sơ mà không thấy vòng khóa (the store holds dossiers, but there is no key ring): ${file}`,
            BRING_BACK,
          ),
        ];
  let opened: Awaited<ReturnType<typeof openToRead>>;
  try {
    opened = await openToRead({ ...config, masterKey }, databaseFile, nodePlatform(nodeClock()), {
      ...(store && { judge: (held) => judgeRing(store.scan, held) }),
    });
  } catch (error) {
    if (!(error instanceof KeyringUnusable)) throw error;
    return [bad('key-ring', `không mở được (cannot be opened): ${error.message}`, BRING_BACK)];
  }
  const { ring, vault } = opened;
  const [bound] = store?.rows("select value from meta where key = 'keyring'") ?? [];
  if (bound !== undefined && bound.value !== ring.id)
    return [
      bad(
        'key-ring',
        `kho được niêm với vòng khóa ${String(bound.value)}, đây là ${ring.id} (the store was sealed with another key ring)`,
        BRING_BACK,
      ),
    ];
  const found = ok('key-ring', `mở được, ${ring.epochs().length} khóa (opens; epoch keys): ${file}`);
  if (sealed === undefined) return [found, none('sealed-content', 'chưa có hồ sơ nào (no dossier yet)')];
  try {
    const [text] = await vault.open([{ ...sealed, purpose: 'dossier.body' }]);
    if (text !== undefined)
      return [found, ok('sealed-content', 'giải mã được hồ sơ mới nhất (the newest dossier can be read)')];
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
  }
  return [
    found,
    bad('sealed-content', 'không giải mã được hồ sơ mới nhất (the newest dossier cannot be read)', BRING_BACK),
  ];
}

function newestDossier(store: ReadOnlyStore | undefined) {
  const [row] =
    store?.rows(
      `select d.subject, d.code, d.version, u.salt, u.epoch, b.body from dossier d join subject u on u.id = d.subject join ${PRESENT_BODY} where u.salt is not null order by d.changed_at desc limit 1`,
    ) ?? [];
  if (row === undefined) return undefined;
  return {
    subject: { id: String(row.subject), salt: String(row.salt), epoch: Number(row.epoch) },
    row: bodyRow(String(row.code), Number(row.version)),
    sealed: String(row.body),
  };
}
