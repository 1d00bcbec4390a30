import { journalLines } from '../chronicle/journal-line.ts';
import type { HeldTable } from '../chronicle/journalled.ts';
import { type Statement, sql } from '../store/engine.ts';

const refOf = ({ prefix, id = 't.id' }: HeldTable): string => (prefix === '' ? id : `'${prefix}' || ${id}`);

/** The next rows behind an id, with what the journal says of each. `said`: its last state; `begun`: 1 where a line began it. */
export const held = (each: HeldTable, after: string, limit: number): Statement => {
  const ref = refOf(each);
  const lines = `journal j where j.id >= ${ref} || ':' and j.id < ${ref} || ';' and j.ref = ${ref}`;
  const { id = 't.id', states = [] } = each;
  const named = states.length === 0 ? 'true' : `j.to_state in (${states.map((_, at) => `?${at + 3}`).join(', ')})`;
  return sql(
    `select ${id} as id, ${ref} as ref, ${each.state} as state, ${each.hash === undefined ? 'null' : `t.${each.hash}`} as hash,
            (select j.to_state from ${lines} and ${named} order by j.position desc limit 1) as said,
            (select j.payload_hash from ${lines} and ${named} order by j.position limit 1) as first_hash
       from ${each.table} t where ${id} > ?1 order by ${id} limit ?2`,
    ...[after, limit, ...states],
  );
};

/** First lines behind a position whose row is gone. */
export const gone = (each: HeldTable, after: number, limit: number): Statement =>
  sql(
    `select j.position, j.ref from journal j where j.position > ?1 and ${each.stays ?? 'false'} and j.from_state is null
        and not exists (select 1 from ${each.table} t where ${each.id ?? 't.id'} = substr(j.ref, ${each.prefix.length + 1})) order by j.position limit ?2`,
    ...[after, limit],
  );

/** Sealed contents of their own behind an exchange, with the hash that the exchange's first line holds. */
export const payloads = (after: string, limit: number): Statement =>
  sql(
    `select p.exchange as ref, p.payload as sealed,
            (select j.payload_hash from journal j where j.id >= p.exchange || ':' and j.id < p.exchange || ';' and j.ref = p.exchange and j.to_state = 'pending' order by j.position limit 1) as hash
       from exchange_payload p where p.exchange > ?1 order by p.exchange limit ?2`,
    ...[after, limit],
  );

/** Bodies behind a subject and version, each with the hash in the first line of an exchange that sent it; null where none was made. */
export const bodies = (subject: string, version: number, limit: number): Statement =>
  sql(
    `select b.subject, b.version, b.body as sealed, d.code as ref,
            (select j.payload_hash from exchange x join journal j on j.id >= x.id || ':' and j.id < x.id || ';' and j.ref = x.id and j.to_state = 'pending'
              where x.subject = b.subject and x.version = b.version and x.operation = 'sync-dossier' and j.payload_hash is not null order by j.position limit 1) as hash
       from dossier_body b left join dossier d on d.subject = b.subject
      where b.subject > ?1 or (b.subject = ?1 and b.version > ?2) order by b.subject, b.version limit ?3`,
    ...[subject, version, limit],
  );

/** Dossiers behind a code whose version is not that of their newest body. */
export const versions = (after: string, limit: number): Statement =>
  sql(
    `select d.code as ref, d.version, (select max(b.version) from dossier_body b where b.subject = d.subject) as newest
       from dossier d where d.code > ?1 and d.version <> coalesce((select max(b.version) from dossier_body b where b.subject = d.subject), 0)
      order by d.code limit ?2`,
    ...[after, limit],
  );

/**
 * Exchanges behind an id, with how many of their attempts are there, the number of the newest, and the last line that
 * settled one.
 */
export const attempts = (after: string, limit: number): Statement =>
  sql(
    `select x.id as ref, x.state, x.attempts as tried,
            (select count(*) from attempt a where a.exchange = x.id) as held,
            (select coalesce(max(a.n), 0) from attempt a where a.exchange = x.id) as newest,
            (select j.id from journal j where j.id >= x.id || ':' and j.id < x.id || ';' and j.ref = x.id and j.from_state = 'sending' order by j.position desc limit 1) as settled
       from exchange x where x.id > ?1 order by x.id limit ?2`,
    ...[after, limit],
  );

/** Attempts behind one whose call is gone. */
export const lostCalls = (exchange: string, n: number, limit: number): Statement =>
  sql(
    `select a.exchange, a.n, a.call from attempt a where (a.exchange > ?1 or (a.exchange = ?1 and a.n > cast(?2 as bigint)))
        and not exists (select 1 from call c where c.id = a.call) order by a.exchange, a.n limit cast(?3 as bigint)`,
    ...[exchange, n, limit],
  );

/** Events behind a position before which one is gone: they are numbered from 1, without a gap, and never removed. */
export const lostEvents = (after: number, limit: number): Statement =>
  sql(
    `select e.position, e.id as ref from event e where e.position > ?1 and e.position > 1
        and not exists (select 1 from event b where b.position = e.position - 1) order by e.position limit ?2`,
    ...[after, limit],
  );

/** The reference of the lines that say how far the feed of events had come. */
export const FEED = 'feed';

/** Notes how far the feed has come, unless that was noted: whoever takes its newest events away has the journal against them. */
export const noteFeed = (): Statement =>
  journalLines({
    id: `'${FEED}:' || e.position`,
    ref: `'${FEED}'`,
    to: `cast(e.position as text)`,
    actor: `'sealer'`,
    source: 'from (select max(g.position) as position from event g) e where e.position is not null',
    once: true,
  });

/** How far the feed has come, and how far it had once the journal was sealed. */
export const feed = (): Statement =>
  sql(
    `select (select coalesce(max(e.position), 0) from event e) as newest,
            (select j.to_state from journal j where j.id >= '${FEED}:' and j.id < '${FEED};' and j.ref = '${FEED}' order by j.position desc limit 1) as noted`,
  );
