import { type Command, CommanderError, Help } from 'commander';
import { explain, WRONG_USE } from './failure.ts';
import { complain } from './output.ts';

const TITLES: Readonly<Record<string, string>> = {
  'Usage:': 'Cách dùng (usage):',
  'Arguments:': 'Tham số (arguments):',
  'Options:': 'Tùy chọn (options):',
  'Commands:': 'Lệnh (commands):',
};

const plain = new Help();

/** Help and complaints in Vietnamese first, for this command and those that are added to it afterwards. */
export function inBothLanguages(program: Command): Command {
  return program
    .helpOption('-h, --help', 'trợ giúp (help)')
    .configureHelp({
      styleTitle: (title) => TITLES[title] ?? title,
      optionDescription: (option) => plain.optionDescription(option).replace(' (default: false)', ''),
    })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'Sai cú pháp (wrong usage): ')) })
    .showHelpAfterError('Xem thêm với --help (see --help).')
    .exitOverride();
}

/** Runs a command line. Never rejects: what went wrong is said in one place, and the exit status set. */
export async function carryOut(program: Command, args: readonly string[]): Promise<void> {
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
