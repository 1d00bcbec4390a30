import { digestOf } from '../crypto/bytes.ts';
import { revealed } from '../crypto/revealed.ts';
import { openJson, sealJson, subjectKeys } from '../crypto/subject-keys.ts';
import { type SubjectKey, Tampered } from '../crypto/vault.ts';
import { FileStoreUnavailable, LONGEST_FILE_BYTES, newObjectKey } from '../file-store/file-store.ts';
import { errorFacts } from '../observability/log.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { problem, Refused } from '../routes/problem.ts';
import type { Stamped } from '../routes/route.ts';
import type { Statement } from '../store/engine.ts';
import * as statements from './statements.ts';

export interface FileToKeep {
  /** What is kept belongs to it and is erased with it; its row is made by the keeping room, in its commit at the latest. */
  readonly subject: SubjectKey;
  /** As people know it, `bien-lai.pdf`; it may name a person, and is sealed. */
  readonly name?: string;
  /** `application/pdf`; no parameters. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Who keeps it, for the journal. */
  readonly actor: string;
}
export interface KeptFile {
  readonly id: string;
  /** For the room's commit, behind what stamps the row: without that stamp nothing is kept. */
  readonly statements: readonly Statement[];
}
export type FileRead =
  | {
      readonly kind: 'found';
      readonly name: string | null;
      readonly contentType: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'not-found' | 'erased' | 'unavailable' | 'not-available-here' };

/** Documents that rooms keep and hand out. */
export interface Files {
  /**
   * Seals a file and puts it to its place; it is kept once `statements` have run. What is not kept within a day goes.
   * Throws `Refused`: `body-too-large` (over 20 MiB), `files-unavailable` (nothing is kept, and it may be tried again),
   * `not-available-here`; and `KeyGone` for an erased subject.
   */
  keepFile(file: FileToKeep, only: Stamped): Promise<KeptFile>;
  /**
   * Opens a kept file. `seen`: a person sees it, for a purpose, and stands in the journal before. Throws `Tampered` where
   * it is not what was kept.
   */
  readFile(id: string, seen?: { readonly actor: string; readonly purpose: string }): Promise<FileRead>;
}

const CONTENT = 'file.content';
const ABOUT = 'file.about';
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,100}$/;

export function createFiles(parts: Pick<RoomParts, 'engine' | 'vault' | 'platform' | 'fileStore' | 'log'>): Files {
  const { engine, vault, platform, fileStore, log } = parts;

  return {
    async keepFile({ subject, name = null, contentType, bytes, actor }, only) {
      if (fileStore === undefined) throw new Refused(problem('not-available-here'));
      if (bytes.length > LONGEST_FILE_BYTES)
        throw new Refused(problem('body-too-large', { detail: `a file has at most ${LONGEST_FILE_BYTES} bytes` }));
      if (!CONTENT_TYPE.test(contentType)) throw new RangeError('a file has a content type without parameters');
      const id = newId(platform, 'fil');
      const sealed = await vault.sealBytes({ subject, purpose: CONTENT, row: id, bytes });
      const row = {
        id,
        object: newObjectKey((count) => platform.bytes(count)),
        subject: subject.id,
        about: (await sealJson(vault, subject, ABOUT, id, { name })) ?? '',
        content_type: contentType,
        bytes: bytes.length,
        digest: await digestOf(sealed),
      };
      await engine.batch([statements.begin(row, newId(platform, 't'))]);
      try {
        await fileStore.put(row.object, sealed);
      } catch (error) {
        if (!(error instanceof FileStoreUnavailable)) throw error;
        log.error('a file could not be kept: its place takes nothing', { error: errorFacts(error) });
        throw new Refused(problem('files-unavailable', { headers: { 'retry-after': '10' } }));
      }
      return { id: row.id, statements: statements.keep(row.id, only, actor, row.digest) };
    },

    async readFile(id, seen) {
      const [row] = await engine.all<statements.FileRow>(statements.find(id));
      if (row === undefined || row.state === 'writing' || row.state === 'abandoned') return { kind: 'not-found' };
      if (row.state !== 'kept') return { kind: 'erased' };
      if (fileStore === undefined) return { kind: 'not-available-here' };
      const object = await fileStore.get(row.object).catch((error: unknown) => {
        if (!(error instanceof FileStoreUnavailable)) throw error;
        log.error('a kept file could not be read: its place does not answer', { file: id, error: errorFacts(error) });
        return 'unavailable' as const;
      });
      if (object === 'unavailable') return { kind: 'unavailable' };
      // Asked for last: what was erased meanwhile is not shown.
      const subject = (await subjectKeys(engine, [row.subject])).get(row.subject);
      if (subject === undefined) return { kind: 'erased' };
      if (object === undefined) {
        log.error('a kept file is not where it was put', { file: id });
        return { kind: 'unavailable' };
      }
      if ((await digestOf(object)) !== row.digest) throw new Tampered(`file ${id} is not what was kept`);
      const bytes = await vault.openBytes({ subject, purpose: CONTENT, row: id, bytes: object });
      if (bytes === undefined) return { kind: 'erased' };
      const about = await openJson<{ readonly name: string | null }>(vault, subject, ABOUT, id, row.about);
      if (seen !== undefined) await engine.batch([revealed(platform, { ref: `file:${id}`, ...seen })]);
      return { kind: 'found', name: about?.name ?? null, contentType: row.content_type, bytes };
    },
  };
}
