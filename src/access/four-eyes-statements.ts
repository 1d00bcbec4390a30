import { journalLines } from '../chronicle/journal-line.ts';
import { type Statement, sql } from '../store/engine.ts';
import { personOf } from './people.ts';

/** Whoever made another's principal, key or account could be that other, for so long. */
const MADE_WITHIN_MS = 86_400_000;

/** Holds of an act that can still be done; SQL over `ref`, judged in the batch. */
export type StillOpen = (ref: string) => string;

/** One asker's acts are counted under this row's lock, so that two at the same time cannot both pass as small. */
export const lockAsker = (kind: string, asker: string, token: string): Statement =>
  sql(
    `insert into approval_asker (id, written_by) select ?1 || ':' || ${personOf('?2')}, ?3 where true
     on conflict (id) do update set written_by = excluded.written_by`,
    kind,
    asker,
    token,
  );

const openOf = (kind: string, asker: string): string =>
  `(select coalesce(sum(o.weight), 0) as weight from approval o
     where o.kind = ${kind} and o.state in ('awaiting', 'alone') and ${personOf('o.asked_by')} = ${personOf(asker)})`;

export const weightOfOpen = (kind: string, asker: string): Statement =>
  sql(`select w.weight from ${openOf('?1', '?2')} w`, kind, asker);

export interface Asking {
  readonly id: string;
  readonly kind: string;
  readonly ref: string;
  readonly asker: string;
  readonly askedAs: string;
  readonly weight: number;
  readonly limit: number;
  readonly token: string;
}

/** Leaves no row with the token where a program asks for what needs two people, or where it was asked for already. */
export const insertAsked = (asking: Asking, open: StillOpen): Statement =>
  sql(
    `insert into approval (id, kind, ref, asked_by, asked_as, asked_at, weight, state, written_by)
     select ?1, ?2, ?3, ?4, ?5, {at}, cast(?6 as bigint),
            case when w.weight + cast(?6 as bigint) > cast(?7 as bigint) then 'awaiting' else 'alone' end, ?8
       from ${openOf('?2', '?4')} w
      where (?5 = 'person' or w.weight + cast(?6 as bigint) <= cast(?7 as bigint)) and ${open('?3')}
     on conflict (id) do update set asked_by = excluded.asked_by, asked_as = excluded.asked_as, asked_at = excluded.asked_at,
        weight = excluded.weight, state = excluded.state, approved_by = null, approved_at = null, ended_at = null,
        written_by = excluded.written_by
      where approval.state = 'ended'`,
    asking.id,
    asking.kind,
    asking.ref,
    asking.asker,
    asking.askedAs,
    asking.weight,
    asking.limit,
    asking.token,
  );

/** A line on an act that this batch wrote; none for what needs nobody. */
export const noteApproval = (id: string, from: string | null, to: string, actor: string, token: string): Statement =>
  journalLines(
    {
      id: `'approval:' || a.id || ':' || ?5`,
      ref: `'approval:' || a.id`,
      from: '?2',
      to: '?3',
      actor: '?4',
      source: 'from approval a where a.id = ?1 and a.state = ?3 and a.written_by = ?5',
    },
    id,
    from,
    to,
    actor,
    token,
  );

export const lockApproval = (id: string): Statement => ({
  sql: 'select s.id from approval s where s.id = ?1 {lockRows}',
  params: [id],
  locksOnly: true,
});

const ASKER = '(select q.asked_by from approval q where q.id = ?1)';
const SAME = `${personOf(ASKER)} = ${personOf('?2')}`;
const UNFIT = `exists (select 1 from principal u where u.id = ${personOf('?2')} and (u.kind <> 'person' or u.revoked_at is not null))`;

/** One came with a token, the other with a key, and nobody said whose the account is: they may be one person. */
const oneOfEach = (account: string, key: string): string =>
  `(${personOf(account)} like 'jwt:%' and exists (select 1 from principal t where t.id = ${personOf(key)} and t.account is null))`;
const UNTOLD = `(${oneOfEach(ASKER, '?2')} or ${oneOfEach('?2', ASKER)})`;

/**
 * Who made whom within the day, followed through: whoever makes somebody who makes the approver made the approver. A
 * key counts also where it was revoked since, because it may have been used.
 */
const MADE = `exists (
  with recursive made (id, maker) as (
      select p.id, ${personOf('p.created_by')} from principal p where p.created_at > {at} - ${MADE_WITHIN_MS}
      union select k.principal, ${personOf('k.created_by')} from api_key k where k.created_at > {at} - ${MADE_WITHIN_MS}
      union select b.id, ${personOf('b.account_by')} from principal b where b.account_at > {at} - ${MADE_WITHIN_MS}),
    hands (side, id) as (
      select 'asker', ${personOf(ASKER)} union select 'approver', ${personOf('?2')}
      union select h.side, m.maker from hands h join made m on m.id = h.id)
  select 1 from hands e where (e.side = 'asker' and e.id = ${personOf('?2')}) or (e.side = 'approver' and e.id = ${personOf(ASKER)}))`;

export interface ApprovalFacts {
  readonly state: string;
  readonly asked_as: string;
  readonly same: number;
  readonly untold: number;
  readonly unfit: number;
  readonly made: number;
}
const bit = (condition: string): string => `case when ${condition} then 1 else 0 end`;

/** What there is against `approver`. */
export const approvalFacts = (id: string, approver: string): Statement =>
  sql(
    `select a.state, a.asked_as, ${bit(SAME)} as same, ${bit(UNTOLD)} as untold, ${bit(UNFIT)} as unfit, ${bit(MADE)} as made from approval a where a.id = ?1`,
    id,
    approver,
  );

/** Stamps the act with the token, or leaves it as it is. */
export const approveAct = (
  id: string,
  approver: string,
  approvesAs: string,
  token: string,
  open: StillOpen,
): Statement =>
  sql(
    `update approval set state = 'approved', approved_by = ?2, approved_at = {at}, written_by = ?3
      where id = ?1 and state = 'awaiting' and asked_as = 'person' and ?4 = 'person'
        and not (${SAME}) and not ${UNTOLD} and not ${UNFIT} and not ${MADE} and ${open('approval.ref')}`,
    id,
    approver,
    token,
    approvesAs,
  );

const waitsInVain = (over: StillOpen): string =>
  `approval.kind = ?1 and approval.state = 'awaiting' and ${over('approval.ref')}`;
export const anyInVain = (kind: string, over: StillOpen): Statement =>
  sql(`select approval.id from approval where ${waitsInVain(over)} limit 1`, kind);
/** Ends what waits for a second person and where `over` holds. */
export const endInVain = (kind: string, token: string, over: StillOpen): Statement =>
  sql(`update approval set state = 'ended', ended_at = {at}, written_by = ?2 where ${waitsInVain(over)}`, kind, token);

/** Ends the act where `over` holds of it. */
export const endAct = (id: string, token: string, over: StillOpen): Statement =>
  sql(
    `update approval set state = 'ended', ended_at = {at}, written_by = ?2 where id = ?1 and state <> 'ended' and ${over('approval.ref')}`,
    id,
    token,
  );
