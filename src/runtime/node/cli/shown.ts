import type { Command } from 'commander';
import { type RemoteOptions, remote } from './connection.ts';

/** What every command takes that asks the running gateway and shows what it says. */
export interface Shown extends RemoteOptions {
  readonly json: boolean;
}

export const shown = (command: Command): Command => remote(command.option('--json', 'dạng JSON (as JSON)', false));
