import type { AdapterDefinition } from '../../../../adapters/adapter.ts';
import { type Config, parseConfig, type Sources } from '../../../config.ts';
import { declaredBy } from '../../declared.ts';
import { rooms } from '../../rooms.ts';
import { definitions } from '../../systems.ts';
import { secretFiles } from '../secret-files.ts';

const readFile = secretFiles();
const { variables } = declaredBy(rooms);

/**
 * The whole environment as a configuration. Throws `ConfigError`, which names every wrong variable. `changed` hears of
 * secrets whose files change afterwards; `more` are systems besides those that the list names.
 */
export const wholeConfig = (changed?: Sources['changed'], more: readonly AdapterDefinition<never>[] = []): Config =>
  parseConfig(process.env, { systems: [...definitions, ...more], variables, readFile, ...(changed && { changed }) });

/** The gateway's own variables alone: a wrong variable of one system must not keep anybody from the journal or a backup. */
export const storeConfig = (): Config => parseConfig(process.env, { systems: [], readFile });
