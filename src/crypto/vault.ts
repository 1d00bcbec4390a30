import type { Bytes } from './bytes.ts';

/** What personal data belongs to: its key is derived from the retention epoch's key and this salt. */
export interface SubjectKey {
  readonly id: string;
  /** Base64. Deleting it makes everything sealed under the subject unreadable for ever. */
  readonly salt: string;
  /** Retention epoch, `YYYYMM` as a number. */
  readonly epoch: number;
}
export interface ToSeal {
  readonly subject: SubjectKey;
  /** Bound into the ciphertext: what was sealed as a dossier cannot be passed off as a step. */
  readonly purpose: string;
  /**
   * Names the row within its table, with the version where its content is replaced or versions stand side by side: what
   * was sealed for another row, or an older version, does not open here. The table's builder makes it where it is no id.
   */
  readonly row: string;
  readonly text: string;
}
export interface Sealed {
  readonly subject: SubjectKey;
  readonly purpose: string;
  readonly row: string;
  readonly sealed: string;
}

/** What is too large, or no text, to travel as base64: a file. */
export interface BytesToSeal {
  readonly subject: SubjectKey;
  readonly purpose: string;
  readonly row: string;
  readonly bytes: Uint8Array;
}

/**
 * Every use of a key. Calls take many items at once, because one promise a group costs less than one an item.
 * Node's synchronous ciphers and Web Crypto both fit behind it.
 */
export interface Vault {
  /** A fresh salt under the present retention epoch. */
  newSubject(): SubjectKey;
  /** AES-256-GCM, base64 text. Throws `KeyGone` for an erased subject. `purpose` is `table.column` of what is sealed. */
  seal(items: readonly ToSeal[]): Promise<string[]>;
  /**
   * The texts in order; undefined where the epoch's key was destroyed or the subject was erased (pass its missing salt
   * as an empty one). Throws `Tampered` when a ciphertext was changed, or was sealed for another row.
   */
  open(items: readonly Sealed[]): Promise<(string | undefined)[]>;
  /** The same cipher and format for bytes, as bytes. Throws `KeyGone` for an erased subject. */
  sealBytes(item: BytesToSeal): Promise<Bytes>;
  /** What `sealBytes` sealed; undefined and `Tampered` as with `open`. */
  openBytes(item: BytesToSeal): Promise<Bytes | undefined>;
  /** Keyed digests (blind indexes, content comparison): equal for equal texts, unguessable without `MASTER_KEY`. */
  mac(purpose: string, texts: readonly string[]): Promise<string[]>;
  /**
   * Seals what is the gateway's own and no person's, such as a session of a peer. The key follows from the root of
   * digests and the purpose: no month's end and no erasure destroys it, and a changed `MASTER_KEY` keeps it. `row` is bound as with `seal`.
   */
  sealOwn(purpose: string, texts: readonly string[], row?: string): Promise<string[]>;
  /** The texts in order; undefined for one that does not open, whatever the reason: the gateway's own can be had anew. */
  openOwn(purpose: string, sealed: readonly string[], row?: string): Promise<(string | undefined)[]>;
  /** Plain SHA-256 of texts, base64url: what the journal keeps of a ciphertext. */
  digest(texts: readonly string[]): Promise<string[]>;
}

export class Tampered extends Error {
  override readonly name = 'Tampered';
}

/** What does not open as what stands in its row. */
export const tampered = ({ subject, purpose, row }: Omit<Sealed, 'sealed'>, cause: unknown): Tampered =>
  new Tampered(`${purpose} of subject ${subject.id} is not what was sealed for ${row}`, { cause });
