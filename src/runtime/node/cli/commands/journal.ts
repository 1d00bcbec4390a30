import type { Command } from 'commander';
import type { JournalLine } from '../../../../../contracts/v1/journal.ts';
import { gather, wholeNumber } from '../arguments.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { say, sayJson, table } from '../output.ts';

interface KeyOptions {
  readonly publicKey?: readonly string[];
}

interface ShowOptions extends RemoteOptions {
  readonly limit: number;
  readonly json: boolean;
}

/**
 * Reading alone: these open the store read-only, so they work while the server runs and change nothing. `show` asks the
 * server, which holds the keys that words are sealed with.
 */
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
  remote(
    journal
      .command('show')
      .argument('<REFERENCE>', 'ví dụ subject:ID, system:TÊN, mã lượt gửi (e.g. subject:ID, system:NAME, an exchange)')
      .description(
        'Các dòng của một đối tượng, kèm lý do đã mở (the lines of one reference, with their reasons opened)',
      )
      .option('--limit <N>', 'số dòng mới nhất (newest lines)', wholeNumber(1, 100_000), 50)
      .option('--json', 'dạng JSON (as JSON)', false),
  ).action(show);
}

async function show(reference: string, options: ShowOptions): Promise<void> {
  const lines = await withGateway(options, async (client) => {
    const found: JournalLine[] = [];
    for await (const line of client.items<JournalLine>(
      `/v1/admin/journal?reference=${encodeURIComponent(reference)}`,
    )) {
      if (found.length >= options.limit) break;
      found.push(line);
    }
    return found;
  });
  if (options.json) return sayJson(lines);
  say(
    table(
      ['DÒNG (line)', 'LÚC (at)', 'BỞI (by)', 'TỪ (from)', 'THÀNH (to)', 'LƯU (kept)'],
      lines.map(({ position, at, actor, from, to, said }) => [
        String(position),
        at,
        actor,
        said.from,
        said.to,
        said.to === to && said.from === from ? 'rõ (in clear)' : 'niêm phong (sealed)',
      ]),
    ),
  );
}
