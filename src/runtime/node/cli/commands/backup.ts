import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../../../../config.ts';
import { type BackupKeys, backup, backupKeys } from '../../backup.ts';
import { anchorFile, keyringFile, sealKeys, storeNoteFile } from '../../keys.ts';
import { restore } from '../../restore.ts';
import { databaseFile } from '../../store.ts';
import { noteUpkeep, upkeepFile } from '../../upkeep-file.ts';
import { Failure, wrongUse } from '../failure.ts';
import { complain, number, say } from '../output.ts';
import { storeConfig } from '../settings.ts';

const NOT_NOTED =
  'Bản sao đã xong nhưng không ghi lại được thời điểm, nên cảnh báo "lâu chưa sao lưu" vẫn kêu (the backup is whole, but when it was made could not be noted beside the key ring: its alert goes on)';

const NOT_VOUCHED_FOR =
  'Không có chữ ký nào chứng thực bản sao này; nhật ký và `journal verify` ghi rõ như vậy (no signature vouches for this backup: nobody can tell whether it was changed, and `journal verify` says so)';

function mustExist(file: string): void {
  if (!existsSync(file)) throw new Failure(`không có tệp ${file}`, 'there is no such file');
}

async function keysFor(config: Config, file: string): Promise<BackupKeys> {
  const { masterKey } = config;
  if (masterKey === undefined)
    throw wrongUse(
      'Cần MASTER_KEY: bản sao và lần dựng lại được ký',
      'MASTER_KEY is needed: backups and restores are signed',
    );
  return backupKeys(await sealKeys({ ...config, masterKey }, file));
}

export function backupCommands(program: Command): void {
  program
    .command('backup')
    .description('Sao lưu kho trong khi cổng chạy (copy the store while the gateway runs)')
    .requiredOption('--to <FILE>', 'tệp mới; không ghi đè (a new file; nothing is overwritten)')
    .action(async ({ to }: { to: string }) => {
      const config = storeConfig();
      const file = databaseFile(config);
      mustExist(file);
      const made = await backup({
        ...{ file, to, keys: await keysFor(config, file) },
        notePath: storeNoteFile(config, file),
        anchors: anchorFile(config, file),
      });
      try {
        noteUpkeep(upkeepFile(config, file, 'backup'), { at: Date.parse(made.takenAt), seal: made.journal?.n ?? 0 });
      } catch (error) {
        complain(`${NOT_NOTED}: ${error instanceof Error ? error.message : String(error)}`);
      }
      say(`Đã sao lưu (backed up): ${to}, ${number(made.bytes)} byte, ${made.takenAt}`);
      say(
        `Vòng khóa và MASTER_KEY không nằm trong đó, hãy giữ riêng (the key ring and MASTER_KEY are not in it, keep them apart): ${keyringFile(config, file)}`,
      );
    });
  program
    .command('restore')
    .description('Dựng lại kho từ bản sao (put a backup back)')
    .requiredOption('--from <FILE>', 'bản sao (the backup)')
    .option('--to <FILE>', 'tệp kho, phải chưa có; mặc định theo DATABASE_URL (the store; must not exist)')
    .option(
      '--unsigned',
      'nhận bản sao không có chữ ký: của phiên bản trước, hoặc tệp chép tay (take what nothing vouches for: a backup of an earlier version, or files copied by hand)',
      false,
    )
    .action(async ({ from, to, unsigned }: { from: string; to?: string; unsigned: boolean }) => {
      mustExist(from);
      const config = storeConfig();
      const target = to ?? databaseFile(config);
      const keys = await keysFor(config, databaseFile(config));
      const { takenAt, signed, uncertain, confirmFirst } = await restore({ from, to: target, keys, unsigned });
      if (!signed) complain(NOT_VOUCHED_FOR);
      say(`Đã dựng lại (restored): ${target}, bản sao lúc (backup of) ${takenAt}`);
      say(
        `Sẽ hỏi lại hệ thống quốc gia trước khi gửi (confirmed with the nation before anything is sent): ${number(confirmFirst)} hồ sơ (streams); đang gửi dở lúc sao lưu (under way then): ${number(uncertain)}`,
      );
    });
}
