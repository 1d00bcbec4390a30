import { type SqlValue, type Statement, sql } from '../store/engine.ts';

const INSERT = 'insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)';
const UNLESS_THERE = 'on conflict (id) do nothing';

/** One line by its values. `id` is its reference and the token of the batch, so that a batch writes it once. */
export interface NewLine {
  readonly id: string;
  readonly ref: string;
  /** Left out where a reference begins, or where the line states a fact beside its state. */
  readonly from?: string | null;
  readonly to: string;
  readonly actor: string;
  /** SHA-256 of the ciphertext that the change concerns. */
  readonly hash?: string | null;
}

/** For the batch that makes it true. `once`: a line of this id that stands already is left as it is. */
export const journalLine = (line: NewLine, { once = false } = {}): Statement =>
  sql(
    `${INSERT} values (?1, ?2, ?3, ?4, ?5, {at}, ?6) ${once ? UNLESS_THERE : ''}`,
    line.id,
    line.ref,
    line.from ?? null,
    line.to,
    line.actor,
    line.hash ?? null,
  );

/**
 * The same for as many lines as `source` has rows. Each part is SQL over that source and the parameters, never a value:
 * the text of a place in the program is always the same.
 */
export interface LineParts {
  readonly id: string;
  readonly ref: string;
  readonly from?: string;
  readonly to: string;
  readonly actor: string;
  readonly hash?: string;
  /** `from … join … where …`: what the batch has stamped, so that a refused one writes no line. */
  readonly source: string;
  /** A line of this id that stands already is left as it is. `source` ends in a `where` then. */
  readonly once?: true;
}
export const journalLines = (parts: LineParts, ...params: SqlValue[]): Statement =>
  sql(
    `${INSERT} select ${parts.id}, ${parts.ref}, ${parts.from ?? 'null'}, ${parts.to}, ${parts.actor}, {at}, ${parts.hash ?? 'null'}
      ${parts.source} ${parts.once ? UNLESS_THERE : ''}`,
    ...params,
  );
