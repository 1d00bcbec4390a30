/**
 * The store below every room: three small engines run one set of SQL (see SQL.md's pattern, docs/architecture.md).
 *
 * A statement is written once with `?1…?n` parameters and these fragments, which the engine fills in:
 * - `{at}`: the wall, epoch milliseconds: for columns that people read and law judges;
 * - `{now}`: steady milliseconds: for what lasts or is compared with another instant. No column holds both
 *   (its table says which: `wall`, `steady`), and no comparison mixes them;
 * - `{lockRows}` / `{skipLocked}`: row locks of alias `s` where the engine has several writers, nothing elsewhere;
 * - `{atHorizon}`: what any batch wrote with an earlier `{at}` is there to be seen, also by a batch that is still open
 *   elsewhere; later rows may yet appear out of order, so pages stop before it.
 * And in migrations: `{clustered}` (rows live in the primary key's tree), `{numbered}` (a column that
 * numbers rows from 1 in the order of writing; a batch that fails may leave a number that nobody has).
 */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** It only takes row locks for the statements after it: an engine with a single writer skips it. */
  readonly locksOnly?: true;
  /** It writes events, so that who passes them on is to be woken after its commit. */
  readonly raises?: true;
  /** It ends a secret that must be found nowhere afterwards, in no log of writes either. */
  readonly forgets?: true;
}
export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

/**
 * What one statement may be at most (`limits.ts` cuts by it); the engine throws `TooLarge` for a longer text. How many
 * statements a batch has is not declared: D1 takes a thousand queries an invocation, and no batch of ours has a tenth.
 */
export interface StoreLimits {
  readonly parameters: number;
  /** UTF-8 bytes of one text: of a parameter (and so of a batch's commands) and of what a row holds. */
  readonly textBytes: number;
  /** Commands that one statement takes: a batch of more would keep a store that serves others for too long. */
  readonly commands: number;
}

export interface Engine {
  /** For people: what the store is. What differs is said by the other members. */
  readonly kind: 'sqlite' | 'postgres' | 'd1';
  /** No other process can have the store open: what an earlier one held when it died is free at once. */
  readonly sole: boolean;
  /** Batches take effect one after the other, and are seen so: nothing older may still come out of one that is open. */
  readonly serial: boolean;
  readonly limits: StoreLimits;
  /** Rows of one small read on the primary connection: sees every batch that has been answered. */
  all<R extends object = Row>(statement: Statement): Promise<R[]>;
  /** Rows of a read that may be long. May be served by another connection; sees every batch that has been answered. */
  scan<R extends object = Row>(statement: Statement): Promise<R[]>;
  /**
   * All statements or none, in order, durable when the promise settles; rows of each. Two batches that are under way
   * together may take effect in either order: what must come later is handed over when the earlier one was answered.
   * Conflicts between batches are met inside: it is run again.
   * Rejects with `StoreUnavailable` when nothing was changed and the same batch may be tried later (disk full,
   * read-only file, connection lost), with the engine's own error when the batch is wrong.
   */
  batch(statements: readonly Statement[]): Promise<Row[][]>;
  /** Runs `flush` soon: once per event-loop turn, or when the batch under way ends. What a turn gathers shares a commit. */
  turn(flush: () => void): void;
  close(): Promise<void>;
}

/** The store cannot take anything now and has changed nothing: the caller answers 503 and nothing is lost. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds = 5, options?: ErrorOptions) {
    super(message, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const sql = (text: string, ...params: SqlValue[]): Statement => ({ sql: text, params });

/**
 * Commands as the one JSON object that a set-based statement takes: `{"0":{…},"1":{…}}`. Never an array, nor values that are no objects:
 * engines read those differently. A field is `v.value->>'name'`, in brackets beside `||`.
 */
export function commands(items: readonly object[]): string {
  let text = '{';
  for (let index = 0; index < items.length; index++)
    text += `${index === 0 ? '' : ','}"${index}":${JSON.stringify(items[index])}`;
  return `${text}}`;
}
