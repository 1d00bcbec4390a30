import { journalLines } from '../chronicle/journal-line.ts';
import { type Statement, sql } from '../store/engine.ts';
import { moved } from './counting.ts';
import { stands } from './standing.ts';

/** Further than any process that still runs on the lost store can have counted, so that it can settle nothing here. */
const EPOCHS_AHEAD = 1000;
/** Of an operation whose policy the backup does not have, which an older program took: milliseconds. */
const UNSTATED_QUIET_MS = 600_000;
const OPEN = `x.state in ('pending', 'retrying', 'sending', 'uncertain')`;

/**
 * In a restored store: sends that were under way are uncertain, every stream with an open exchange is confirmed with its
 * system before anything of it is sent, and nobody owns a stream any more. What may still be processed keeps silent for
 * the quiet time that its operation's policy had when the backup was taken, or for `quietMs` where that is given, but at
 * the system `atOnce`, which tells repeats apart by itself. Of an operation whose policy is not in the file: ten minutes.
 */
export function doubtedAfterRestore(token: string, quietMs: number | null, atOnce: string): Statement[] {
  const uncertainBut = (system: string) =>
    `system <> ${system} and exists (select 1 from exchange x where x.stream = stream.id and x.state = 'uncertain')`;
  const quiet = (
    given: string,
  ) => `coalesce(cast(${given} as bigint), (select max(coalesce(p.quiet_ms, ${UNSTATED_QUIET_MS})) from exchange x
      left join operation_policy p on p.system = x.system and p.operation = x.operation where x.stream = stream.id and x.state = 'uncertain'))`;
  return [
    journalLines(
      {
        id: `x.id || ':' || ?1`,
        ref: 'x.id',
        from: `'sending'`,
        to: `'uncertain'`,
        actor: `'restore'`,
        hash: 'x.payload_hash',
        source: `from exchange x where x.state = 'sending'`,
      },
      token,
    ),
    sql(
      `update attempt set ended_at = {at}, outcome = 'unknown', code = 'restored'
        where ended_at is null and exchange in (select x.id from exchange x where x.state = 'sending')`,
    ),
    sql(`update call set ended_at = {at}, outcome = 'unknown' where ended_at is null`),
    moved({ source: `from exchange x where x.state = 'sending'`, to: `'uncertain'`, cause: `'restored'` }),
    sql(`update exchange set state = 'uncertain', cause = 'restored', due_at = {now} where state = 'sending'`),
    journalLines(
      {
        id: `s.id || ':' || ?1`,
        ref: 's.id',
        to: `'confirm-before-sending'`,
        actor: `'restore'`,
        source: `from stream s where exists (select 1 from exchange x where x.stream = s.id and ${OPEN})`,
      },
      token,
    ),
    sql(
      `update stream set doubt = 'ask-first', due_at = coalesce(due_at, {now}), standing = ${stands('stream')}, written_by = ?1
        where exists (select 1 from exchange x where x.stream = stream.id and ${OPEN})`,
      token,
    ),
    sql(
      `update stream set quiet_until = {now} + ${quiet('?1')} where quiet_until < {now} + ${quiet('?1')} and ${uncertainBut('?2')}`,
      quietMs,
      atOnce,
    ),
    sql(
      `update stream set due_at = quiet_until where coalesce(due_at, 0) < quiet_until and ${uncertainBut('?1')}`,
      atOnce,
    ),
    sql(`update stream set owner = null, lease_until = 0, epoch = epoch + ${EPOCHS_AHEAD}`),
  ];
}
