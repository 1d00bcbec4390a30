import type { CommandOperation } from '../../adapters/adapter.ts';
import type { RoomOperations } from './operations.ts';
import type { Systems } from './systems.ts';
import type { RoomWatches } from './watches/watches.ts';

/**
 * For the start: throws where an act could begin whose end, or whose later answer, no room would ever hear, and where a
 * room brings an operation of a system that nobody knows, or that its system does not have. A queued act or desired state that no room composes cannot
 * begin and is let pass.
 */
export function refuseUnheard(given: {
  readonly systems: Systems;
  readonly operations: RoomOperations;
  readonly watches: RoomWatches;
}): void {
  for (const key of given.operations.keys())
    if (given.systems.get(key.slice(0, key.indexOf('/'))) === undefined)
      throw new Error(`a room brings ${key}, and nobody knows such a system`);
  for (const { name: system, adapter } of given.systems.all) {
    for (const key of adapter === undefined ? [] : given.operations.keys())
      if (key.startsWith(`${system}/`) && given.systems.command(system, key.slice(system.length + 1)) === undefined)
        throw new Error(`a room brings ${key}, and the system has no such command`);
    for (const each of Object.values(adapter?.commands ?? {})) {
      const operation = each as unknown as CommandOperation;
      const name = `${system}/${operation.name}`;
      const room = given.operations.get(name);
      if (operation.kind !== 'act') continue;
      if (room === undefined && operation.mode === 'interactive')
        throw new Error(`${name} is an act that a person waits for, and no room brings it`);
      if (room === undefined) continue;
      if (room.settled === undefined)
        throw new Error(`${name} is an act, and its room does not say what its end means`);
      const query = operation.later?.query;
      if (query === undefined) continue;
      if (given.systems.query(system, query) === undefined)
        throw new Error(`${name} is answered later by ${query}, and the system has no such query`);
      if (!given.watches.has(`${system}/${query}`))
        throw new Error(`${name} is answered later by ${query}, and no room watches that`);
    }
  }
}
