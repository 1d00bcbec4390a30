import { DatabaseSync } from 'node:sqlite';
import { FileInUse, isBusy } from '../file-lock.ts';

/**
 * Runs `look` while no other connection of any process has the database open, by whatever name it was reached: SQLite's
 * own lock of the file is asked, which lies on the file and not on its path. Everything that the write-ahead log holds is
 * in the file itself by then. Throws `FileInUse` where somebody else has it open after `waitMs`.
 */
export async function whileAlone<T>(
  file: string,
  waitMs: number,
  look: (database: DatabaseSync) => Promise<T>,
): Promise<T> {
  const end = performance.now() + waitMs;
  for (;;) {
    const database = new DatabaseSync(file);
    try {
      // In this mode a log is not read before the whole file is locked, which every open connection prevents.
      database.exec('pragma locking_mode = exclusive; pragma synchronous = full; begin immediate; commit');
      database.exec('pragma wal_checkpoint(truncate)');
      return await look(database);
    } catch (cause) {
      if (!isBusy(cause)) throw cause;
      if (performance.now() > end)
        throw new FileInUse(
          `${file} is in use: another process has this database open, though it does not hold ${file}.lock. Was the lock file removed, or is the database reached by another path? Stop that process first.`,
          { cause },
        );
    } finally {
      database.close();
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
