import type { SqliteEngine } from '../../store/engine/sqlite.ts';
import { openFiles } from './store-files.ts';

/** A store that takes nothing any more, until it is started again. */
export interface StoreWatch {
  /** In words; undefined while all is well. */
  readonly stopped: string | undefined;
  /** Told once, at once where it has stopped already. */
  listen(told: (why: string) => void): void;
}

/**
 * From now on nothing is acknowledged that is not in the files which a next start would open, and nothing at all once
 * another server has put its name into the store (`meta.store.token`): each group of commits is asked, and the clock's
 * save makes a group every second. What makes it stop stands: only a start judges the files anew.
 */
export function watchStore(given: {
  readonly engine: SqliteEngine;
  /** Symbolic links followed. */
  readonly file: string;
  readonly token: string;
  /** The log is not where it was; everything in it was copied into the database's file. */
  readonly onRescued: () => void;
}): StoreWatch {
  const { engine, token } = given;
  const files = openFiles(given.file);
  const owner = engine.database.prepare(`select value from meta where key = 'store.token'`);
  let stopped: string | undefined;
  let listener: ((why: string) => void) | undefined;
  const stop = (why: string): string => {
    stopped = why;
    listener?.(why);
    return why;
  };
  const rescued = (): boolean => {
    try {
      const [row] = engine.database.prepare('pragma wal_checkpoint(truncate)').all();
      return row?.busy === 0;
    } catch {
      return false;
    }
  };

  engine.guardBy({
    mayWrite() {
      if (stopped !== undefined) return stopped;
      if (owner.get()?.value === token) return undefined;
      return stop('another server has started on this store; this one sends and takes nothing any more');
    },
    mayAcknowledge() {
      const changed = files.changed();
      if (changed === undefined) return undefined;
      // The open log still holds what was acknowledged: in the database's file it outlives this process.
      const saved = changed.databaseStands && !changed.logStands && rescued();
      if (saved) given.onRescued();
      return stop(
        `${changed.what} under the running server; nothing is taken any more until it is started again${saved ? ', and what was acknowledged is in the database' : ''}`,
      );
    },
  });
  return {
    get stopped() {
      return stopped;
    },
    listen(told) {
      listener = told;
      if (stopped !== undefined) told(stopped);
    },
  };
}
