import { Command } from 'commander';
import { PROGRAM_VERSION } from '../../../store/migrations/migrate.ts';
import { carryOut, inBothLanguages } from './carry-out.ts';
import { backupCommands } from './commands/backup.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand } from './commands/import.ts';
import { journalCommands } from './commands/journal.ts';
import { keyCommands } from './commands/keys.ts';
import { reconcileCommands } from './commands/reconcile.ts';
import { registerCommands } from './commands/registers.ts';
import { replayCommands } from './commands/replay.ts';
import { serveCommand } from './commands/serve.ts';
import { systemCommands } from './commands/systems.ts';

/** Every command there is: a new one is one line here and one file in `commands/`. */
const commands: readonly ((program: Command) => void)[] = [
  serveCommand,
  importCommand,
  keyCommands,
  systemCommands,
  replayCommands,
  registerCommands,
  reconcileCommands,
  journalCommands,
  backupCommands,
  doctorCommand,
];

/** Runs one command line. Never rejects: what went wrong is said in one place, and the exit status set. */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('lienthong')
    .description(
      'Cổng tích hợp của tỉnh: một hợp đồng phía trước, các hệ thống quốc gia phía sau (the integration gateway of a province)',
    )
    .version(PROGRAM_VERSION, '-V, --version', 'phiên bản (version)')
    .helpCommand('help [command]', 'trợ giúp về một lệnh (help for a command)');
  inBothLanguages(program);
  for (const add of commands) add(program);
  await carryOut(program, args);
}
