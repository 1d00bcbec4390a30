/**
 * The store below every room: three small engines run one set of SQL (see SQL.md's pattern, docs/architecture.md).
 *
 * A statement is written once with `?1…?n` parameters and these fragments, which the engine fills in:
 * - `{at}`: the wall, epoch milliseconds: for columns that people read and law judges;
 * - `{now}`: steady milliseconds: for what lasts or is compared with another instant. No column holds both
 *   (its table says which: `wall`, `steady`), and no comparison mixes them;
 * - `{lockRows}` / `{skipLocked}`: row locks where the engine has several writers, nothing elsewhere;
 * - `{atHorizon}`: rows whose `{at}` is not before this moment may still become visible out of order, so pages stop here.
 * And in migrations: `{clustered}` (rows live in the primary key's tree).
 */
export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  /** It only takes row locks for the statements after it: an engine with a single writer skips it. */
  readonly locksOnly?: true;
  /** It writes events, so that who passes them on is to be woken after its commit. */
  readonly raises?: true;
}
export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

export interface Engine {
  readonly kind: 'sqlite' | 'postgres' | 'd1';
  /** Rows of one small read on the primary connection: sees every batch that has been answered. */
  all<R extends object = Row>(statement: Statement): Promise<R[]>;
  /** Rows of a read that may be long. May be served by another connection; sees every batch that has been answered. */
  scan<R extends object = Row>(statement: Statement): Promise<R[]>;
  /**
   * All statements or none, in order, durable when the promise settles; rows of each.
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

/** Commands as the one JSON object that a set-based statement takes: `{"0":{…},"1":{…}}`. */
export function commands(items: readonly object[]): string {
  let text = '{';
  for (let index = 0; index < items.length; index++)
    text += `${index === 0 ? '' : ','}"${index}":${JSON.stringify(items[index])}`;
  return `${text}}`;
}
