import { DatabaseSync } from 'node:sqlite';
import { standing } from '../../journal/standing.ts';
import { fileAnchor } from './anchor-file.ts';
import type { SealKeys } from './keys.ts';
import { findMark, judgeBeside, judgeMark } from './restore-mark.ts';
import { judgeFiles, judgeToken, RESTORED, readNote, StoreFilesRefused, type StoreNote } from './store-files.ts';
import { believedBy, judgeHeads } from './store-heads.ts';
import { newestHead, tokenOf } from './stored-head.ts';

/**
 * Looks at a store before it is copied as a start would, and returns what does so with the copy: to sign an older or
 * altered database would have it put back as ours. Both throw `StoreFilesRefused`.
 */
export async function judgeSource(given: {
  /** The database, symbolic links followed. */
  readonly file: string;
  readonly notePath: string;
  readonly anchors: string;
  readonly keys: SealKeys;
}): Promise<(copy: string) => Promise<void>> {
  const { file, notePath, anchors, keys } = given;
  const before = readNote(notePath);
  judgeBeside(file, before);
  judgeFiles(file, before, notePath);
  // What was anchored by now is in every later copy.
  const stands = await standing(fileAnchor(anchors), believedBy(keys));
  const unstarted = await restoredToken(before);

  /** What the store calls itself where it was restored and not started since, once its mark is believed. */
  async function restoredToken(known: StoreNote | undefined): Promise<string | undefined> {
    const found = await findMark(file);
    const { token, head } = looked(file, (database) => ({ token: tokenOf(database), head: newestHead(database) }));
    if (!token?.startsWith(RESTORED) || judgeToken(file, token, known, notePath) !== 'restored') return undefined;
    await judgeMark({ file, token, found, keys, anchor: fileAnchor(anchors), head });
    return token;
  }

  /** A server that started or stopped meanwhile gave the store another name: the copy has the one or the other. */
  function judgeName(token: string | undefined): void {
    const after = readNote(notePath);
    judgeFiles(file, after, notePath);
    let refusal: unknown;
    for (const known of [before, after])
      try {
        if (judgeToken(file, token, known, notePath) === 'as-left' || token === unstarted) return;
        refusal ??= new StoreFilesRefused(`${file} was replaced by a restored database meanwhile: try again`);
      } catch (error) {
        if (!(error instanceof StoreFilesRefused)) throw error;
        refusal = error;
      }
    throw refusal;
  }

  return async (copy) => {
    judgeName(looked(copy, tokenOf));
    if (unstarted !== undefined) return;
    const database = new DatabaseSync(copy, { readOnly: true });
    try {
      await judgeHeads({ file, database, stands, keys, anchors, notePath });
    } finally {
      database.close();
    }
  };
}

function looked<T>(file: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return look(database);
  } finally {
    database.close();
  }
}
