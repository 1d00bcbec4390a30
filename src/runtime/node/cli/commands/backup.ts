import type { Command } from 'commander';
import { backup } from '../../backup.ts';
import { keyringFile } from '../../keys.ts';
import { restore } from '../../restore.ts';
import { databaseFile } from '../../store.ts';
import { noteUpkeep, upkeepFile } from '../../upkeep-file.ts';
import { complain, number, say } from '../output.ts';
import { storeConfig } from '../settings.ts';

const NOT_NOTED =
  'Bản sao đã xong nhưng không ghi lại được thời điểm, nên cảnh báo "lâu chưa sao lưu" vẫn kêu (the backup is whole, but when it was made could not be noted beside the key ring: its alert goes on)';

export function backupCommands(program: Command): void {
  program
    .command('backup')
    .description('Sao lưu kho trong khi cổng chạy (copy the store while the gateway runs)')
    .requiredOption('--to <FILE>', 'tệp mới; không ghi đè (a new file; nothing is overwritten)')
    .action(async ({ to }: { to: string }) => {
      const config = storeConfig();
      const file = databaseFile(config);
      const made = await backup({ file, to });
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
    .action(async ({ from, to }: { from: string; to?: string }) => {
      const target = to ?? databaseFile(storeConfig());
      const { manifest, uncertain, confirmFirst } = await restore({ from, to: target });
      say(`Đã dựng lại (restored): ${target}, bản sao lúc (backup of) ${manifest.takenAt}`);
      say(
        `Sẽ hỏi lại hệ thống quốc gia trước khi gửi (confirmed with the nation before anything is sent): ${number(confirmFirst)} hồ sơ (streams); đang gửi dở lúc sao lưu (under way then): ${number(uncertain)}`,
      );
    });
}
