import type { Command } from 'commander';
import { gather } from '../arguments.ts';

interface KeyOptions {
  readonly publicKey?: readonly string[];
}

/** Reading alone: these open the store read-only, so they work while the server runs and change nothing. */
export function journalCommands(program: Command): void {
  const journal = program.command('journal').description('Nhật ký được niêm phong (the sealed journal)');
  const publicKey = [
    '--public-key <KEY>',
    'khóa công khai của niêm phong; mặc định suy từ MASTER_KEY (key that may have signed; default from MASTER_KEY)',
    gather,
  ] as const;
  journal
    .command('verify')
    .description('Kiểm tra toàn bộ, nêu dòng đầu tiên bị sai (check all of it; names the first line that is wrong)')
    .option(...publicKey)
    .option('--json', 'dạng JSON (as JSON)', false)
    .action(async (options: KeyOptions & { json: boolean }) => (await import('../actions/journal.ts')).verify(options));
  journal
    .command('export')
    .argument('<FILE>', 'tệp mới, `-` là đầu ra chuẩn (a new file, `-` for standard output)')
    .description('Xuất ra để kiểm tra nơi khác (export it, to be checked elsewhere)')
    .option(...publicKey)
    .action(async (file: string, options: KeyOptions) =>
      (await import('../actions/journal.ts')).exportTo(file, options),
    );
  journal
    .command('verify-export')
    .argument('<FILE>')
    .description('Kiểm tra tệp đã xuất, không cần kho hay bí mật (check an export without the store or any secret)')
    .option(...publicKey)
    .option('--anchors <FILE>', 'tệp mỏ neo để thấy phần cuối bị cắt (anchors, to see a tail that was cut off)')
    .option('--json', 'dạng JSON (as JSON)', false)
    .action(async (file: string, options: KeyOptions & { anchors?: string; json: boolean }) =>
      (await import('../actions/journal.ts')).verifyFile(file, options),
    );
  journal
    .command('public-key')
    .description(
      'Khóa công khai của niêm phong, để trao cho kiểm toán (the key that seals are checked with, for auditors)',
    )
    .action(async () => (await import('../actions/journal.ts')).showPublicKey());
}
