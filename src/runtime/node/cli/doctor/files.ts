import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { judgeFiles, judgeToken, readNote, StoreFilesRefused } from '../../store-files.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, none, ok } from './finding.ts';

const MEND =
  'đưa đúng tệp trở lại, hoặc dựng lại từ bản sao; đừng khởi động trước khi hiểu (bring the right files back, or restore a backup; start nothing before it is understood)';

/** Whether the store's files are those that the note beside the key ring tells of, before any of them is opened. */
export function storeFiles(databaseFile: string, notePath: string): Finding {
  return judged(notePath, (known) => judgeFiles(real(databaseFile), known, notePath));
}

/** The same of what stands in the store. */
export function storeToken(databaseFile: string, notePath: string, store: ReadOnlyStore): Finding {
  const [row] = store.rows("select value from meta where key = 'store.token'");
  const token = row === undefined ? undefined : String(row.value);
  return judged(notePath, (known) => judgeToken(real(databaseFile), token, known, notePath));
}

function judged(notePath: string, judge: (known: ReturnType<typeof readNote>) => void): Finding {
  try {
    const known = readNote(notePath);
    judge(known);
    return known === undefined
      ? none('store-files', 'chưa có ghi chú nào để so (no note to compare with)')
      : ok('store-files', 'đúng các tệp mà cổng để lại (the files are those that the gateway left)');
  } catch (error) {
    if (!(error instanceof StoreFilesRefused)) throw error;
    return bad('store-files', `không còn như cổng để lại (not as they were left): ${error.message}`, MEND);
  }
}

/** Symbolic links followed; makes nothing. */
const real = (file: string): string => (existsSync(file) ? realpathSync(file) : resolve(file));
