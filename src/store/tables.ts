import type { SqlValue } from './engine.ts';

/**
 * What a table's columns hold, declared by the room that writes it. `npm run check:house` compares it with the
 * schema and with the statements: a column that nobody declared, and a table that another room writes, are errors.
 */
export interface Table {
  /** Sealed under the row's subject, by column. */
  readonly sealed?: Readonly<Record<string, SealedColumn>>;
  /** Keyed hashes by which a person can be found: they go when the subject is erased. */
  readonly blind?: readonly string[];
  /** Codes, states, ids, digests and addresses of systems. Never a person, and nothing that a person's words can reach. */
  readonly clear?: readonly string[];
  /** Words of the staff, such as why a hold was set: sealed by `keptWords`, those of before version 0.4 in clear. */
  readonly words?: readonly string[];
  /** Secrets of the gateway itself, sealed or hashed, under no subject. */
  readonly secret?: readonly string[];
  /** Numbers that count, order or measure: amounts, versions, flags. Never a person's number, which is text, and sealed. */
  readonly numbers?: readonly string[];
  /** Columns of time that people read and law judges: from `{at}`, or handed in. */
  readonly wall?: readonly string[];
  /** Columns of time that last, or are compared with another instant: from `{now}`. Where one is shown, it is an estimate. */
  readonly steady?: readonly string[];
  /** Other rooms that write it too, by name; each is a decision of the room that owns it. */
  readonly alsoWrittenBy?: readonly string[];
}

/** What is sealed, and how everything of one subject is found for whoever asks what is kept of a person. */
export interface SealedColumn {
  /** It is opened with this. */
  readonly purpose: string;
  /** The row that it was sealed for, by what `under` answers: as where it is sealed (`ToSeal`). */
  readonly row: (found: { readonly id: string } & Readonly<Record<string, SqlValue>>) => string;
  /**
   * Rows `id`, `at`, `sealed` and what `row` asks for, of one subject, by an index and never by searching: `?1` is the
   * subject's id, `?2` its reference (a dossier code, the id of a message).
   */
  readonly under: string;
}

export type Tables = Readonly<Record<string, Table>>;

export const storeTables: Tables = {
  migration: { numbers: ['number'], wall: ['applied_at'], clear: ['name', 'oldest_program'] },
  // One row: how far the steady clock was, and what the machine told then.
  clock: {
    numbers: ['id', 'uptime', 'last_id', 'offset_ms', 'step_ms'],
    wall: ['wall', 'stepped_at'],
    steady: ['steady'],
    clear: ['boot'],
  },
  lease: { numbers: ['epoch'], steady: ['until'], clear: ['name', 'owner'] },
  // One row a fact about the store itself, its key's beginning says whose.
  meta: {
    clear: ['key', 'value'],
    alsoWrittenBy: ['crypto', 'observability', 'registers', 'retention', 'runtime'],
  },
};
