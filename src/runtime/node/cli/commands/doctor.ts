import type { Command } from 'commander';
import { type RemoteOptions, remote } from '../connection.ts';

export function doctorCommand(program: Command): void {
  remote(
    program
      .command('doctor')
      .description(
        'Khám: cấu hình, kho, khóa, đồng hồ, từng hệ thống; nói cần sửa gì (check everything and say what to mend)',
      )
      .option('--no-login', 'không thử đăng nhập hệ thống nào (try no login at any system)')
      .option('--json', 'dạng JSON (as JSON)', false)
      .addHelpText(
        'after',
        '\nMã trạng thái (exit status): 0 không thấy gì phải sửa (nothing to mend was found), 1 có điều phải sửa (something to mend).',
      ),
  ).action(async (options: RemoteOptions & { login: boolean; json: boolean }) =>
    (await import('../doctor/doctor.ts')).doctor(options),
  );
}
