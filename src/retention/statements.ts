import { journalLine } from '../chronicle/journal-line.ts';
import { type Statement, type StoreLimits, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';

/** Where nothing more is done to a dossier. One that is worked on again leaves this list, and its age starts anew. */
const CLOSED = ['refused', 'withdrawn', 'stopped', 'completed', 'result-returned']
  .map((word) => `'${word}'`)
  .join(', ');
/** A dossier that is handed over long after its end is kept for as long as its delivery may take. */
const LEAST_MS = 30 * 86_400_000;

export interface Place {
  readonly changedAt: number;
  readonly code: string;
}

/** The next dossiers in order of change, after `place`. */
export const changedAfter = (place: Place, limit: number): Statement =>
  sql(
    `select d.code, d.changed_at from dossier d
      where d.changed_at >= ?1 and (d.changed_at > ?1 or d.code > ?2) and d.changed_at < {atHorizon}
      order by d.changed_at, d.code limit cast(?3 as bigint)`,
    place.changedAt,
    place.code,
    limit,
  );

/** Says until when these dossiers are kept: from their own rows as they stand now, only where it changes. */
export const ageDossiers = (codes: readonly string[], keptMs: number, limits: StoreLimits): Statement[] =>
  commandTexts(
    codes.map((code) => ({ code })),
    limits,
  ).map((some) =>
    sql(
      `update subject set purge_after = d.until
         from (select c.subject as id,
                      case when c.status in (${CLOSED}) then
                        case when coalesce(c.closed_at, c.updated_at) + cast(?2 as bigint) > c.changed_at + ${LEAST_MS}
                             then coalesce(c.closed_at, c.updated_at) + cast(?2 as bigint) else c.changed_at + ${LEAST_MS} end end as until
                 from json_each(?1) v join dossier c on c.code = v.value->>'code') d
        where subject.id = d.id and subject.purged_at is null and coalesce(subject.purge_after, -1) <> coalesce(d.until, -1)`,
      some,
      keptMs,
    ),
  );

/** Says it of messages and calls of which nothing was said yet, a part at a time; answers those it was said of. */
export const ageOthers = (kind: 'inbound' | 'call', keptMs: number, limit: number): Statement =>
  sql(
    `update subject set purge_after = created_at + cast(?2 as bigint)
      where id in (select s.id from subject s
        where s.kind = ?1 and s.kind <> 'dossier' and s.purge_after is null and s.purged_at is null order by s.id limit cast(?3 as bigint))
     returning id`,
    kind,
    keptMs,
    limit,
  );

/** Takes back what was said under other periods, a part at a time. */
export const forgetAges = (limit: number): Statement =>
  sql(
    `update subject set purge_after = null
      where id in (select s.id from subject s where s.purge_after is not null and s.purged_at is null limit cast(?1 as bigint))
     returning id`,
    limit,
  );

export const remembered = sql(`select key, value from meta where key like 'retention.%'`);
export const remember = (key: 'periods' | 'place' | 'round', value: string): Statement =>
  sql(
    `insert into meta (key, value) values ('retention.' || ?1, ?2) on conflict (key) do update set value = excluded.value`,
    key,
    value,
  );
export const notePeriods = (id: string, periods: string): Statement =>
  journalLine({ id: `retention:${id}`, ref: 'retention', to: `periods: ${periods}`, actor: 'gateway' });
