import { type Command, Option } from 'commander';
import { importFile } from '../actions/import.ts';
import { type RemoteOptions, remote, withGateway } from '../connection.ts';
import { FAILED } from '../failure.ts';
import { number, say } from '../output.ts';

export function importCommand(program: Command): void {
  const command = program
    .command('import')
    .argument('<FILE>', 'tệp NDJSON, mỗi dòng một hồ sơ (NDJSON, a dossier a line)')
    .description('Nạp hồ sơ từ tệp; chạy lại thì đi tiếp từ chỗ dừng (load dossiers from a file; run again to resume)')
    .addOption(
      new Option('--mode <MODE>', '`already-national`: ghi nhận mà không gửi (record without sending)')
        .choices(['send', 'already-national'])
        .default('send'),
    )
    .option('--restart', 'nạp lại từ dòng đầu (begin again at the first line)', false)
    .addHelpText(
      'after',
      '\nMã trạng thái (exit status): 0 mọi dòng đã nhận (every line taken), 1 còn dòng bị từ chối hoặc chưa xong (some refused, or not finished).',
    );
  remote(command).action(
    async (file: string, options: RemoteOptions & { mode: 'send' | 'already-national'; restart: boolean }) => {
      const stop = new AbortController();
      const interrupt = (): void => stop.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      const report = await withGateway(options, (client) =>
        importFile(client, file, { ...options, signal: stop.signal }),
      );
      const { accepted = 0, unchanged = 0 } = report.counts;
      say(
        `Dòng đã trả lời (lines answered): ${number(report.lines)} · nhận (accepted) ${number(accepted)} · không đổi (unchanged) ${number(unchanged)} · bị từ chối (refused) ${number(report.refused)}`,
      );
      for (const [outcome, count] of Object.entries(report.counts))
        if (outcome !== 'accepted' && outcome !== 'unchanged') say(`  ${outcome}: ${number(count)}`);
      if (report.refused > 0) say(`Các dòng bị từ chối và lý do (refused lines and reasons): ${report.refusedFile}`);
      if (report.stopped !== undefined)
        say(
          `CHƯA XONG (not finished): ${report.stopped}. Chạy lại đúng lệnh này để đi tiếp từ dòng ${number(report.nextLine)} (run the same command again to go on).`,
        );
      if (report.stopped !== undefined || report.refused > 0) process.exitCode = FAILED;
    },
  );
}
