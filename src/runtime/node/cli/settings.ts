import { readFileSync } from 'node:fs';
import { type Config, parseConfig } from '../../../config.ts';
import { definitions } from '../../systems.ts';

const readFile = (path: string): string => readFileSync(path, 'utf8');

/** The whole environment as a configuration. Throws `ConfigError`, which names every wrong variable. */
export const wholeConfig = (): Config => parseConfig(process.env, { systems: definitions, readFile });

/** The gateway's own variables alone: a wrong variable of one system must not keep anybody from the journal or a backup. */
export const storeConfig = (): Config => parseConfig(process.env, { systems: [], readFile });
