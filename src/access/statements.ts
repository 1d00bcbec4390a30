import { journalLines } from '../chronicle/journal-line.ts';
import { type Statement, sql } from '../store/engine.ts';

/** A key with its principal, as the store keeps them. */
export interface KeyRow {
  readonly id: string;
  readonly hint: string;
  readonly test: number;
  readonly rate_per_second: number | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly principal: string;
  readonly kind: string;
  readonly name: string;
  readonly role: string;
  readonly account: string | null;
}

const KEY = `select k.id, k.hint, k.test, k.rate_per_second, k.created_at, k.created_by, k.expires_at,
    coalesce(k.revoked_at, p.revoked_at) as revoked_at, p.id as principal, p.kind, p.name, p.role, p.account
  from api_key k join principal p on p.id = k.principal`;

/** The living key with this hash: neither revoked nor expired, by the store's clock. */
export const livingKey = (hash: string): Statement =>
  sql(
    `${KEY} where k.hash = ?1 and k.revoked_at is null and p.revoked_at is null and (k.expires_at is null or k.expires_at > {at})`,
    hash,
  );

export const keyById = (id: string): Statement => sql(`${KEY} where k.id = ?1`, id);

/** Keys in the order of their making; ids sort by time. */
export const keysAfter = (after: string, limit: number): Statement =>
  sql(`${KEY} where k.id > ?1 order by k.id limit cast(?2 as bigint)`, after, limit);

export const anyAdministrator = (): Statement =>
  sql(
    `select k.id from api_key k join principal p on p.id = k.principal
      where p.role = 'administrator' and k.revoked_at is null and p.revoked_at is null and (k.expires_at is null or k.expires_at > {at}) limit 1`,
  );

export const insertPrincipal = (row: {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly role: string;
  readonly account: string | null;
  readonly by: string;
}): Statement =>
  sql(
    `insert into principal (id, kind, name, role, created_at, created_by, account, account_by, account_at)
     select ?1, ?2, ?3, ?4, {at}, ?5, ?6, case when cast(?6 as text) is null then null else ?5 end, case when cast(?6 as text) is null then null else {at} end
      where true on conflict do nothing`,
    row.id,
    row.kind,
    row.name,
    row.role,
    row.by,
    row.account,
  );

/** A known person's account, once and for good; one that is another's stays the other's. */
export const bindAccount = (principal: string, account: string, by: string): Statement =>
  sql(
    `update principal set account = ?2, account_by = ?3, account_at = {at}
      where id = ?1 and kind = 'person' and revoked_at is null and account is null
        and not exists (select 1 from principal o where o.account = ?2)`,
    principal,
    account,
    by,
  );

export interface BoundRow {
  readonly id: string;
  readonly kind: string;
  readonly revoked_at: number | null;
}
/** Whom an account belongs to. */
export const boundTo = (account: string): Statement =>
  sql('select id, kind, revoked_at from principal where account = ?1', account);

/** Whether an account that signs in stands in the store by what stood for it before, and was not met since. */
export const knownBefore = (former: string): Statement =>
  sql('select former from account_name where former = ?1 and account is null', former);

/** From now on it is the same as what stands for it now: what it did, asked for and owns stays its own. */
export const renameAccount = (former: string, account: string): readonly Statement[] => [
  sql('update account_name set account = ?2 where former = ?1 and account is null', former, account),
  sql('update principal set account = ?2 where account = ?1', former, account),
  // What a client repeats under its key is found, unless it was begun anew under the new name.
  sql(
    `update idempotency set principal = ?2 where principal = ?1
        and not exists (select 1 from idempotency o where o.principal = ?2 and o.route = idempotency.route and o.key = idempotency.key)`,
    former,
    account,
  ),
];

/** Changes nothing unless the principal stands, with the account that was named, if one was. */
export const insertKey = (row: {
  readonly id: string;
  readonly principal: string;
  readonly hash: string;
  readonly hint: string;
  readonly test: boolean;
  readonly expiresAt: number | null;
  readonly ratePerSecond: number | null;
  readonly account: string | null;
  readonly by: string;
}): Statement =>
  sql(
    `insert into api_key (id, principal, hash, hint, test, created_at, created_by, expires_at, rate_per_second)
     select ?1, p.id, ?3, ?4, cast(?5 as bigint), {at}, ?6, cast(?7 as bigint), cast(?8 as double precision)
       from principal p where p.id = ?2 and p.revoked_at is null and (cast(?9 as text) is null or p.account = ?9)`,
    row.id,
    row.principal,
    row.hash,
    row.hint,
    row.test ? 1 : 0,
    row.by,
    row.expiresAt,
    row.ratePerSecond,
    row.account,
  );

/** The journal line of a new key, if it was made. */
export const journalKeyMade = (id: string, by: string): Statement =>
  journalLines(
    {
      id: `k.id || ':made'`,
      ref: 'k.id',
      to: `'active'`,
      actor: '?2',
      source: 'from api_key k where k.id = ?1',
    },
    id,
    by,
  );

/** The journal line of a new principal: who it is to the gateway is its role. */
export const journalPrincipalMade = (id: string, by: string): Statement =>
  journalLines(
    { id: `p.id || ':made'`, ref: 'p.id', to: 'p.role', actor: '?2', source: 'from principal p where p.id = ?1' },
    id,
    by,
  );

/** The journal line of a known person's account, if it will be bound; before `bindAccount` in the same batch. */
export const journalBound = (key: string, principal: string, account: string, by: string): Statement =>
  journalLines(
    {
      id: `?1 || ':bound'`,
      ref: 'p.id',
      to: `'account ' || ?3`,
      actor: '?4',
      source: `from principal p where p.id = ?2 and p.kind = 'person' and p.revoked_at is null and p.account is null
        and not exists (select 1 from principal o where o.account = ?3)`,
    },
    key,
    principal,
    account,
    by,
  );

/** The journal line of a revocation, if the key still lives; before `revokeKey` in the same batch. */
export const journalKeyRevoked = (id: string, by: string): Statement =>
  journalLines(
    {
      id: `k.id || ':revoked'`,
      ref: 'k.id',
      from: `'active'`,
      to: `'revoked'`,
      actor: '?2',
      source: 'from api_key k where k.id = ?1 and k.revoked_at is null',
      once: true,
    },
    id,
    by,
  );

export const revokeKey = (id: string): Statement =>
  sql(`update api_key set revoked_at = {at} where id = ?1 and revoked_at is null`, id);
