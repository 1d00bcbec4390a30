import { type SqlValue, type Statement, sql } from '../store/engine.ts';

/** What personal data belongs to, as its row is made. Each part is SQL over `source` and the parameters, never a value. */
export interface SubjectParts {
  readonly id: string;
  /** `'dossier'`, `'inbound'`, `'call'` …: by it retention tells what is kept how long. */
  readonly kind: string;
  /** What it belongs to: a dossier code, the id of a message. */
  readonly ref: string;
  readonly salt: string;
  readonly epoch: string;
  /** `from … join … where …`: what the batch has stamped, so that a refused one makes no subject. */
  readonly source: string;
  /** One that stands already is left as it is. `source` ends in a `where` then. */
  readonly once?: true;
}

/** Before anything is sealed under them in the store: without their salt nobody could open it. */
export const subjectsFrom = (parts: SubjectParts, ...params: SqlValue[]): Statement =>
  sql(
    `insert into subject (id, kind, ref, salt, epoch, created_at)
     select ${parts.id}, ${parts.kind}, ${parts.ref}, ${parts.salt}, cast(${parts.epoch} as bigint), {at} ${parts.source} ${parts.once ? 'on conflict (id) do nothing' : ''}`,
    ...params,
  );

/**
 * Entries of the blind index: keyed hashes (`Vault.mac` with the purpose `identity`) by which a subject is found. They are
 * as random as can be, so new ones wait beside it in the order of their subjects, and are sorted in together (`sortIn`).
 */
export const blindIndexFrom = (
  parts: { readonly hash: string; readonly subject: string; readonly source: string },
  ...params: SqlValue[]
): Statement =>
  sql(
    `insert into blind_index_new (subject, hash) select ${parts.subject}, ${parts.hash} ${parts.source} on conflict (subject, hash) do nothing`,
    ...params,
  );

/** A select of the subjects that a hash stands for; what is new is few, and looked through. */
export const subjectsByHash = (hash: string): string =>
  `select b.subject from blind_index b where b.hash = ${hash} union select n.subject from blind_index_new n where n.hash = ${hash}`;

/** Nobody can open what was sealed under them any more, in no backup either. `which` is a select of subjects' ids. */
export const subjectsEnded = (which: string, ...params: SqlValue[]): Statement => ({
  ...sql(`update subject set salt = null, purged_at = {at} where salt is not null and id in (${which})`, ...params),
  forgets: true,
});
