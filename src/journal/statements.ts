import { type Row, type Statement, sql } from '../store/engine.ts';
import { whileLeased } from '../store/lease.ts';
import { LATEST_LINES } from './continuity.ts';
import type { Line, Seal } from './line.ts';

const LINE = 'position, id, ref, from_state, to_state, actor, at, payload_hash';
const SEAL = 'n, first, last, prev, root, signed_at, signature, public_key';
/** Up to where it is sealed. */
const SEALED = '(select coalesce(max(g.last), 0) from seal g)';

/** The store's wall clock, epoch milliseconds. */
export const clock = (): Statement => sql('select {at} as at');

export const anyUnsealed = (): Statement => sql(`select position from journal where position > ${SEALED} limit 1`);

/**
 * The newest line that is there to be seen, and the moment (wall). An older one may yet come out of a batch that is open
 * now, and none once every batch has ended that was open at that moment: `isComplete`.
 */
export const mark = (): Statement => sql('select coalesce(max(position), 0) as position, {at} as at from journal');
/** 1 where no batch is open any more that was at `at`. */
export const isComplete = (at: number): Statement =>
  sql('select case when {atHorizon} > cast(?1 as bigint) then 1 else 0 end as complete, {at} as at', at);

/** The oldest lines that no seal holds, up to a position. */
export const unsealed = (until: number, limit: number): Statement =>
  sql(
    `select ${LINE} from journal where position > ${SEALED} and position <= ?1 order by position limit ?2`,
    until,
    limit,
  );
export const linesAfter = (position: number, limit: number): Statement =>
  sql(`select ${LINE} from journal where position > ?1 order by position limit ?2`, position, limit);

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
export const lastSeal = (): Statement => sql(`select ${SEAL}, '' as leaves from seal order by n desc limit 1`);
export const headsAfter = (n: number, limit: number): Statement =>
  sql(`select ${SEAL}, '' as leaves from seal where n > ?1 order by n limit ?2`, n, limit);
export const sealsFrom = (n: number, limit: number): Statement =>
  sql(`select ${SEAL}, leaves from seal where n >= ?1 order by n limit ?2`, n, limit);
export const linesBetween = (first: number, last: number, limit: number): Statement =>
  sql(`select ${LINE} from journal where position between ?1 and ?2 order by position limit ?3`, first, last, limit);
/** A line before the first: no number that the store gives. */
export const beforeTheFirst = (): Statement =>
  sql(`select ${LINE} from journal where position < 1 order by position limit 1`);
/** Lines that stand outside of all seals: looked for once something is missing. */
export const outside = (): Statement =>
  sql(`select ${LINE} from journal where position < 1 or position > ${SEALED} order by position limit 1000`);
/** The latest lines of a reference before a position: every line's id begins with its reference and a colon. */
export const latestOf = (ref: string, position: number): Statement =>
  sql(
    `select ${LINE} from journal where id >= ?1 and id < ?2 and ref = ?3 and position < ?4 order by position desc limit ${LATEST_LINES}`,
    `${ref}:`,
    `${ref};`,
    ref,
    position,
  );

/**
 * Lines under a reference before a position, the newest first: its own, and what something of that id had written under
 * another, such as a refund's under its payment. `mayBeSeen` is SQL over `j` and the caller, `?4`.
 */
export const linesOf = (
  ref: string,
  page: { readonly before: number; readonly limit: number },
  sight: { readonly mayBeSeen: string; readonly caller: string | null },
): Statement =>
  sql(
    `select ${LINE} from journal j where j.id >= ?1 || ':' and j.id < ?1 || ';' and (j.ref = ?1 or j.ref < ?1 || ':' or j.ref >= ?1 || ';')
        and j.position < cast(?2 as bigint) and ${sight.mayBeSeen}
      order by j.position desc limit cast(?3 as bigint)`,
    ref,
    page.before,
    page.limit,
    sight.caller,
  );

export const lineOf = (row: Row): Line => ({
  id: String(row.id),
  ref: String(row.ref),
  from: textOf(row.from_state),
  to: String(row.to_state),
  actor: String(row.actor),
  at: Number(row.at),
  payloadHash: textOf(row.payload_hash),
  position: Number(row.position),
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
