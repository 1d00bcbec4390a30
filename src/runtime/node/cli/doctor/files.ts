import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileAnchor } from '../../anchor-file.ts';
import { anchorFile, sealKeys, storeNoteFile } from '../../keys.ts';
import { findMark, judgeMark } from '../../restore-mark.ts';
import type { StoreConfig } from '../../store.ts';
import { judgeFiles, judgeToken, readNote, StoreFilesRefused } from '../../store-files.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, none, ok } from './finding.ts';

const MEND =
  'đưa đúng tệp trở lại, hoặc dựng lại từ bản sao; đừng khởi động trước khi hiểu (bring the right files back, or restore a backup; start nothing before it is understood)';

/** Whether the store's files are those that the note beside the key ring tells of, before any of them is opened. */
export function storeFiles(databaseFile: string, notePath: string): Finding {
  return judged(notePath, (known) => judgeFiles(real(databaseFile), known, notePath));
}

/** The same of what stands in the store, and of the mark of its restore where it was not started since. */
export async function storeToken(config: StoreConfig, databaseFile: string, store: ReadOnlyStore): Promise<Finding> {
  const notePath = storeNoteFile(config, databaseFile);
  const file = real(databaseFile);
  const [row] = store.rows("select value from meta where key = 'store.token'");
  const token = row === undefined ? undefined : String(row.value);
  let restored = false;
  const finding = judged(notePath, (known) => {
    restored = judgeToken(file, token, known, notePath) === 'restored';
  });
  if (!restored || token === undefined) return finding;
  try {
    const { masterKey } = config;
    const [head] = store.rows('select n, root from seal order by n desc limit 1');
    await judgeMark({
      ...{ file, token, found: await findMark(file), anchor: fileAnchor(anchorFile(config, databaseFile)) },
      keys: masterKey && (await sealKeys({ ...config, masterKey }, databaseFile)),
      head: head && { n: Number(head.n), root: String(head.root) },
    });
    return none('store-files', 'đã dựng lại từ bản sao, chưa khởi động lần nào (restored, and not started since)');
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): Finding {
  if (!(error instanceof StoreFilesRefused)) throw error;
  return bad('store-files', `không còn như cổng để lại (not as they were left): ${error.message}`, MEND);
}

function judged(notePath: string, judge: (known: ReturnType<typeof readNote>) => void): Finding {
  try {
    const known = readNote(notePath);
    judge(known);
    return known === undefined
      ? none('store-files', 'chưa có ghi chú nào để so (no note to compare with)')
      : ok('store-files', 'đúng các tệp mà cổng để lại (the files are those that the gateway left)');
  } catch (error) {
    return refused(error);
  }
}

/** Symbolic links followed; makes nothing. */
const real = (file: string): string => (existsSync(file) ? realpathSync(file) : resolve(file));
