import { type Statement, sql } from './engine.ts';

/** Takes or renews a named lease; nothing changes where somebody else holds it. One process at a time does the work. */
export const takeLease = (name: string, owner: string, leaseMs: number): Statement =>
  sql(
    `insert into lease (name, owner, epoch, until) values (?1, ?2, 1, {now} + cast(?3 as bigint))
     on conflict (name) do update set owner = excluded.owner, until = excluded.until,
       epoch = case when lease.owner = excluded.owner then lease.epoch else lease.epoch + 1 end
     where lease.owner = excluded.owner or lease.until <= {now}`,
    name,
    owner,
    leaseMs,
  );

/** One row when `owner` holds the lease. */
export const heldLease = (name: string, owner: string): Statement =>
  sql('select epoch from lease where name = ?1 and owner = ?2 and until > {now}', name, owner);

/**
 * For the `where` of what must never be written by a process that has lost its lease, however long it stood still since
 * it last asked; `owner` is the parameter that names it.
 */
export const whileLeased = (name: string, owner: `?${number}`): string =>
  `exists (select 1 from lease l where l.name = '${name}' and l.owner = ${owner} and l.until > {now})`;

/** Gives the lease up, for another process to go on at once. */
export const dropLease = (name: string, owner: string): Statement =>
  sql('update lease set until = 0 where name = ?1 and owner = ?2', name, owner);

/** A restored store begins without any. */
export const forgetLeases = (): Statement => sql('delete from lease');

/** Ends every lease: for a process that has just become a store's only server, whose forerunners are all gone. */
export const endAllLeases = (): Statement => sql('update lease set until = 0 where until > 0');

/** Those that ran at `savedMs` (steady) keep what they had left: nobody knows how much of `gapMs` has really passed. */
export const moveLeases = (savedMs: number, gapMs: number): Statement =>
  sql('update lease set until = until + cast(?2 as bigint) where until > cast(?1 as bigint)', savedMs, gapMs);
