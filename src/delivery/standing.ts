import { type Statement, sql } from '../store/engine.ts';

/**
 * How a stream stands as a whole is how the newest exchange of its leading operation stands, unless it is parked: kept in
 * its row (`standing`, with the time of its last change of desired state), so that those who stand alike are listed along
 * an index. Streams without a leading operation, such as those of acts, stand nowhere.
 */

/** Nothing was ever to be sent: it was only recorded. */
export const NONE = 'none';

/**
 * SQL: how stream `s` stands. While its newest is on the wire, where it was claimed: a claim moves nothing. `unparked`: for
 * the statement that ends its being parked.
 */
export const stands = (s: string, { unparked = false } = {}): string =>
  `case when ${s}.led_by is null then null ${unparked ? '' : `when ${s}.parked_reason is not null then 'parked'`} else coalesce(
     (select case when y.state = 'sending' then coalesce(y.claimed_from, 'pending') else y.state end from exchange y
       where y.stream = ${s}.id and y.operation = ${s}.led_by order by y.seq desc limit 1), '${NONE}') end`;

/** Streams whose row says otherwise: none, at any moment. Reads every stream. */
export const misplaced = (): Statement =>
  sql(
    `select s.id, s.standing, ${stands('s')} as stands from stream s where coalesce(s.standing, '') <> coalesce(${stands('s')}, '')`,
  );
