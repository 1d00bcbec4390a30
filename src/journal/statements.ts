import { type Row, type Statement, sql } from '../store/engine.ts';
import { whileLeased } from '../store/lease.ts';
import type { Line, Seal } from './line.ts';

const LINE = 'id, ref, from_state, to_state, actor, at, payload_hash, seal, position';
const SEAL = 'n, first, last, prev, root, signed_at, signature, public_key';

/** The store's wall clock, epoch milliseconds. */
export const clock = (): Statement => sql('select {at} as at');

export const anyUnplaced = (): Statement => sql('select id from journal where position is null limit 1');
/** The oldest lines without a position. */
export const unplaced = (limit: number): Statement =>
  sql(`select ${LINE} from journal where position is null order by at, id limit ?1`, limit);
export const unplacedAfter = (at: number, id: string, limit: number): Statement =>
  sql(
    `select ${LINE} from journal where position is null and (at > ?1 or (at = ?1 and id > ?2)) order by at, id limit ?3`,
    at,
    id,
    limit,
  );

/** The lease under which the journal is sealed. */
export const SEALING = 'sealer';

/**
 * One row when the seal was written: nothing is by a process that lost its lease. Fails as a whole where seal `n` exists
 * already, so two sealers cannot both write it.
 */
export const writeSeal = (seal: Seal, owner: string): Statement =>
  sql(
    `insert into seal (n, first, last, prev, leaves, root, signed_at, signature, public_key)
     select cast(?1 as bigint), cast(?2 as bigint), cast(?3 as bigint), ?4, ?5, ?6, cast(?7 as bigint), ?8, ?9
      where ${whileLeased(SEALING, '?10')} returning n`,
    seal.n,
    seal.first,
    seal.last,
    seal.prev,
    seal.leaves,
    seal.root,
    seal.signedAt,
    seal.signature,
    seal.publicKey,
    owner,
  );
/** Gives each line its position, where its seal was written; `places` maps line ids to `{p: position}`. */
export const place = (places: Record<string, { readonly p: number }>, seal: Pick<Seal, 'n' | 'root'>): Statement =>
  sql(
    `update journal set position = cast(v.value->>'p' as bigint), seal = cast(?2 as bigint)
       from json_each(?1) v where journal.id = v.key and journal.position is null
        and exists (select 1 from seal g where g.n = cast(?2 as bigint) and g.root = ?3)`,
    JSON.stringify(places),
    seal.n,
    seal.root,
  );

export const lastSeal = (): Statement => sql(`select ${SEAL}, '' as leaves from seal order by n desc limit 1`);
export const headsAfter = (n: number, limit: number): Statement =>
  sql(`select ${SEAL}, '' as leaves from seal where n > ?1 order by n limit ?2`, n, limit);
export const sealsFrom = (n: number, limit: number): Statement =>
  sql(`select ${SEAL}, leaves from seal where n >= ?1 order by n limit ?2`, n, limit);
export const linesBetween = (first: number, last: number, limit: number): Statement =>
  sql(
    `select ${LINE} from journal where position between ?1 and ?2 order by position, id limit ?3`,
    first,
    last,
    limit,
  );
/** A line whose position lies in no seal. */
export const placedOutside = (last: number): Statement =>
  sql(
    `select ${LINE} from journal where position is not null and (position > ?1 or position < 1) order by position limit 1`,
    last,
  );
/** Lines that say they belong to a seal but stand elsewhere: looked for once something is missing. */
export const displaced = (n: number, first: number, last: number): Statement =>
  sql(
    `select ${LINE} from journal where seal = ?1 and (position is null or position < ?2 or position > ?3) limit 1000`,
    n,
    first,
    last,
  );
/** The latest lines of a reference before a position: every line's id begins with its reference and a colon. */
export const latestOf = (ref: string, position: number): Statement =>
  sql(
    `select ${LINE} from journal where id >= ?1 and id < ?2 and ref = ?3 and position < ?4 order by position desc limit 20`,
    `${ref}:`,
    `${ref};`,
    ref,
    position,
  );
export const restoredAt = (): Statement => sql(`select value from meta where key = 'restored_at'`);

export const lineOf = (row: Row): Line => ({
  id: String(row.id),
  ref: String(row.ref),
  from: textOf(row.from_state),
  to: String(row.to_state),
  actor: String(row.actor),
  at: Number(row.at),
  payloadHash: textOf(row.payload_hash),
  seal: numberOf(row.seal),
  position: numberOf(row.position),
});

export const sealOf = (row: Row): Seal => ({
  n: Number(row.n),
  first: Number(row.first),
  last: Number(row.last),
  prev: String(row.prev),
  leaves: String(row.leaves),
  root: String(row.root),
  signedAt: Number(row.signed_at),
  signature: String(row.signature),
  publicKey: String(row.public_key),
});

const textOf = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
const numberOf = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
