import { Command, CommanderError, Help } from 'commander';
import { PROGRAM_VERSION } from '../../../store/migrations/migrate.ts';
import { backupCommands } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand } from './commands/import.ts';
import { journalCommands } from './commands/journal.ts';
import { keyCommands } from './commands/keys.ts';
import { registerCommands } from './commands/registers.ts';
import { replayCommands } from './commands/replay.ts';
import { serveCommand } from './commands/serve.ts';
import { systemCommands } from './commands/systems.ts';
import { explain, WRONG_USE } from './failure.ts';
import { complain } from './output.ts';

/** Every command there is: a new one is one line here and one file in `commands/`. */
const commands: readonly ((program: Command) => void)[] = [
  serveCommand,
  demoCommand,
  importCommand,
  keyCommands,
  systemCommands,
  replayCommands,
  registerCommands,
  journalCommands,
  backupCommands,
  doctorCommand,
];

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Cách dùng (usage):',
  'Arguments:': 'Tham số (arguments):',
  'Options:': 'Tùy chọn (options):',
  'Commands:': 'Lệnh (commands):',
};

const plain = new Help();

/** Runs one command line. Never rejects: what went wrong is said in one place, and the exit status set. */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('lienthong')
    .description(
      'Cổng tích hợp của tỉnh: một hợp đồng phía trước, các hệ thống quốc gia phía sau (the integration gateway of a province)',
    )
    .version(PROGRAM_VERSION, '-V, --version', 'phiên bản (version)')
    .helpOption('-h, --help', 'trợ giúp (help)')
    .helpCommand('help [command]', 'trợ giúp về một lệnh (help for a command)')
    .configureHelp({
      styleTitle: (title) => TITLES[title] ?? title,
      optionDescription: (option) => plain.optionDescription(option).replace(' (default: false)', ''),
    })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'Sai cú pháp (wrong usage): ')) })
    .showHelpAfterError('Xem thêm với --help (see --help).')
    .exitOverride();
  for (const add of commands) add(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
      return;
    }
    const { text, status } = explain(error);
    complain(text);
    process.exitCode = status;
  }
}
