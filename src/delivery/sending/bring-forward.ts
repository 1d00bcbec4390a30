import { type Statement, sql } from '../../store/engine.ts';
import { nextDue } from '../statements.ts';

/** So many streams a batch: others write between two of them. */
export const AT_ONCE = 500;

const list = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
/** Nothing reached them, and it was not for its own sake. */
const NOT_HEARD = [
  ...['connection-refused', 'dns', 'tls', 'rate-limited', 'unavailable', 'login-refused', 'login-failed'],
];
/** What a login came to: where nothing was sent after it, a doubt about it is none about what waits. */
const AT_LOGIN = ['timeout', 'connection-lost', 'server-error', 'unreadable', 'transport'];

/** An exchange that waits by the schedule only because they could not be reached, or not be asked. */
const WAITS = `(x.state = 'retrying' and x.cause in (${list([...NOT_HEARD, ...AT_LOGIN])})
  or x.state = 'uncertain' and x.cause in (${list([...NOT_HEARD, 'confirm-failed'])})) and x.due_at > {now}`;

/** A stream of lane `?1` that waits for a time, and for nothing else. */
const LATER = `s.lane = ?1 and s.due_at > {now} and s.due_at is not null and s.parked_reason is null and s.owner is null`;

/**
 * Has what waits in a lane go now, at most `AT_ONCE` streams of it, the soonest first: what was surely not sent, and what
 * they could not be asked about. `lifts`: what they asked for ends in these streams. A quiet time stays whatever is done
 * here (I3). The last result has a row for each.
 */
export function bringForward(lane: string, token: string, lifts: boolean): Statement[] {
  const chosen = `select s.id from stream s where ${LATER} and (exists (select 1 from exchange x where x.stream = s.id and ${WAITS})
      ${lifts ? 'or s.told_until > {now}' : ''}) order by s.due_at limit ${AT_ONCE}`;
  const stamped = `select s.id from stream s where ${LATER} and s.written_by = ?2`;
  return [
    {
      ...sql(`select s.id from stream s where s.id in (${chosen}) order by s.id {lockRows}`, lane),
      locksOnly: true,
    },
    sql(
      `update stream set written_by = ?2${lifts ? ', told_until = 0' : ''} where id in (${chosen}) and owner is null`,
      lane,
      token,
    ),
    sql(
      `update exchange set due_at = {now} from (select x.stream as of_stream, x.seq as of_seq from exchange x where x.stream in (${stamped}) and ${WAITS}) w
        where exchange.stream = w.of_stream and exchange.seq = w.of_seq`,
      lane,
      token,
    ),
    sql(`update stream set due_at = ${nextDue('stream')} where id in (${stamped}) returning id`, lane, token),
  ];
}
