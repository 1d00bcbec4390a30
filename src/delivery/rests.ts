import { type Statement, sql } from '../store/engine.ts';

/**
 * Quiet times, leases and what a system asked us to wait, as far as they were running at `savedMs` (steady): moved on by
 * `gapMs`, so that each keeps what it had left though nobody knows how long the machine was really away. What waits by a
 * schedule is not moved.
 */
export const restsMoved = (savedMs: number, gapMs: number): Statement[] => [
  sql(
    `update stream set quiet_until = case when quiet_until > cast(?1 as bigint) then quiet_until + cast(?2 as bigint) else quiet_until end,
            told_until = case when told_until > cast(?1 as bigint) then told_until + cast(?2 as bigint) else told_until end,
            lease_until = case when lease_until > cast(?1 as bigint) then lease_until + cast(?2 as bigint) else lease_until end
      where quiet_until > cast(?1 as bigint) or told_until > cast(?1 as bigint) or (owner is not null and lease_until > cast(?1 as bigint))`,
    ...[savedMs, gapMs],
  ),
  sql(
    `update lane set not_before = case when not_before > cast(?1 as bigint) then not_before + cast(?2 as bigint) else not_before end,
            hint_until = case when hint_until > cast(?1 as bigint) then hint_until + cast(?2 as bigint) else hint_until end
      where not_before > cast(?1 as bigint) or hint_until > cast(?1 as bigint)`,
    savedMs,
    gapMs,
  ),
  sql(
    'update watch set lease_until = lease_until + cast(?2 as bigint) where owner is not null and lease_until > cast(?1 as bigint)',
    ...[savedMs, gapMs],
  ),
];
