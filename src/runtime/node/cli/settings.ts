import type { AdapterDefinition } from '../../../../adapters/adapter.ts';
import { type Config, parseConfig, type Sources } from '../../../config.ts';
import type { RoomDefinition } from '../../../room.ts';
import { secretFiles } from '../secret-files.ts';

const readFile = secretFiles();

/**
 * The whole environment as a configuration. Rejects with `ConfigError`, which names every wrong variable. `changed` hears
 * of secrets whose files change afterwards; `more` are systems and rooms besides those that the lists name. The lists are
 * loaded here and not with this file, so that a command that needs none of it does not wait for all of it.
 */
export async function wholeConfig(
  changed?: Sources['changed'],
  more: { readonly systems?: readonly AdapterDefinition<never>[]; readonly rooms?: readonly RoomDefinition[] } = {},
): Promise<Config> {
  const [{ declaredBy }, { rooms }, { definitions }] = await Promise.all([
    import('../../declared.ts'),
    import('../../rooms.ts'),
    import('../../systems.ts'),
  ]);
  const { variables } = declaredBy([...rooms, ...(more.rooms ?? [])]);
  const systems = [...definitions, ...(more.systems ?? [])];
  return parseConfig(process.env, { systems, variables, readFile, ...(changed && { changed }) });
}

/** The gateway's own variables alone: a wrong variable of one system must not keep anybody from the journal or a backup. */
export const storeConfig = (): Config => parseConfig(process.env, { systems: [], readFile });
