import { Command } from 'commander';
import { portNumber, wholeNumber } from '../../src/runtime/node/cli/arguments.ts';
import { carryOut, inBothLanguages } from '../../src/runtime/node/cli/carry-out.ts';
import { demo } from './demo.ts';

/** About one working day of the province: 690,989 dossiers in a year of 250 working days. */
const DAY_OF_DOSSIERS = 2_800;

const program = inBothLanguages(new Command('npm run demo --'))
  .description(
    'Một ngày làm việc của tỉnh với các hệ thống giả lập (a working day of the province against simulated systems)',
  )
  .option('--once', 'kết thúc với mã trạng thái thay vì chạy tiếp (end with a status instead of staying up)', false)
  .option('--port <PORT>', 'cổng TCP; bận thì lấy cổng khác (port; another one when it is taken)', portNumber, 8080)
  .option('--dossiers <N>', 'số hồ sơ (number of dossiers)', wholeNumber(20, 50_000), DAY_OF_DOSSIERS)
  .option('--seconds <N>', 'đẩy cả ngày trong bấy nhiêu giây (the day is handed over in)', wholeNumber(1, 3_600), 50)
  .action((options: { once: boolean; port: number; dossiers: number; seconds: number }) => demo(options));

await carryOut(program, process.argv.slice(2));
