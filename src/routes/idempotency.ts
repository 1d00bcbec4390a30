import { keptWords, readWord, type WordsPlace } from '../crypto/kept-words.ts';
import type { Vault } from '../crypto/vault.ts';
import type { ActKey, HeldAct } from '../delivery/acts/act-key.ts';
import { newId, type Platform } from '../platform.ts';
import { type Engine, type Statement, sql } from '../store/engine.ts';
import type { Stamped } from './route.ts';

/** Answers are kept this long under their key. */
export const KEPT_MS = 86_400_000;
/** A run that has not ended by then belonged to a process that died: its key is free again. */
export const RUN_AT_MOST_MS = 120_000;
/** While the act of a key is not final the key does not expire. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** Of an act's exchange. */
const ENDED = `x.state in ('delivered', 'rejected', 'cancelled', 'dead')`;

/** What identifies a command to be done once: who, which route, under which key. */
interface CommandName {
  readonly principal: string;
  readonly route: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly status: number;
  /** What the mechanism needs to write the answer again, as JSON text. */
  readonly answer: string;
}

type Begun =
  | { readonly kind: 'run'; readonly run: Run }
  /** An act was begun under it: whoever comes with the key is told about that one. */
  | { readonly kind: 'act'; readonly key: ActKey; readonly held: HeldAct }
  | { readonly kind: 'stored'; readonly stored: StoredAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'mismatch' };

export interface Run {
  /** What an earlier run made before it was lost. */
  readonly resource: string | undefined;
  remember(resource: string, only?: Stamped): Statement;
  /** Keeps the answer for a day, sealed: it may repeat what somebody wrote. */
  finish(stored: StoredAnswer): Promise<void>;
  /** The run failed: the key is free at once, and keeps what was remembered. */
  release(): Promise<void>;
  readonly key: ActKey;
}

/** A run's hold on a key: `key` as its keyed digest, `mac` of the whole request, `owner` names the run. */
interface Claim extends CommandName {
  readonly mac: string;
  readonly owner: string;
}
const placeOf = ({ principal, route, key }: Claim): string => JSON.stringify([principal, route, key]);
const answerAt = (claim: Claim): WordsPlace => ({ column: 'idempotency.answer', row: placeOf(claim) });

/** A row that is over, or of a run that was lost under the same request. */
const LEFT_OVER = `idempotency.expires_at <= excluded.started_at
  or (idempotency.status is null and idempotency.act is null and idempotency.request_mac = excluded.request_mac
      and idempotency.started_at <= excluded.started_at - ${RUN_AT_MOST_MS})`;

interface IdempotencyRow {
  readonly request_mac: string;
  readonly owner: string;
  readonly resource: string | null;
  readonly status: number | null;
  readonly answer: string | null;
  readonly act: string | null;
  /** Older than a day. */
  readonly expired: 0 | 1;
  /** Its run ended without a word, under the same request. */
  readonly lost: 0 | 1;
}

/** Commands that are done once: same key and same request get the stored answer. */
export interface Idempotency {
  /** `request` is the canonical text of the whole request; only its keyed digest is kept. */
  begin(name: CommandName, request: string): Promise<Begun>;
  /** Frees the runs of earlier processes at once: for a store that has one process only. */
  freeAbandoned(): Promise<void>;
  /** Whether `sweep` has anything to do. */
  anyOver(): Promise<boolean>;
  /** Removes what is older than a day; the number removed. */
  sweep(): Promise<number>;
}

export function createIdempotency(parts: {
  readonly engine: Pick<Engine, 'all' | 'batch' | 'sole'>;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'mac' | 'sealOwn' | 'openOwn'>;
  /** Names this process. */
  readonly instance: string;
}): Idempotency {
  const { engine, platform, vault, instance } = parts;
  const newOwner = (): string => `${instance}/${newId(platform, 'run')}`;

  /** Runs of this process, where no other can come with their keys: the store may hold nothing of them yet. */
  const running = new Map<string, Claim & { readonly since: number }>();

  /**
   * Writes a run's row, or over it: where it is this run's own and open, where it is older than a day, or where the run
   * that left it is lost. `values` names what the row is to say besides; `only` a condition on which it is written at all.
   */
  function written(
    { principal, route, key, mac, owner }: Claim,
    values: { readonly resource?: string; readonly act?: string; readonly status?: number; readonly answer?: string },
    only?: Stamped,
  ): Statement {
    const { resource = null, act = null, status = null, answer = null } = values;
    return sql(
      `insert into idempotency (principal, route, key, request_mac, owner, started_at, expires_at, resource, act, status, answer)
       select ?1, ?2, ?3, ?4, ?5, {now}, ${act === null ? `{now} + ${KEPT_MS}` : NEVER}, cast(?6 as text), cast(?7 as text), cast(?8 as bigint), cast(?9 as text)
        where ${only === undefined ? 'true' : `exists (select 1 from ${only.table} g where g.${only.column} = ?10 and g.written_by = ?11)`}
       on conflict (principal, route, key) do update set
         resource = coalesce(excluded.resource, case when idempotency.expires_at <= excluded.started_at then null else idempotency.resource end),
         request_mac = excluded.request_mac, owner = excluded.owner, started_at = excluded.started_at, expires_at = excluded.expires_at,
         act = excluded.act, status = excluded.status, answer = excluded.answer
       where (idempotency.owner = excluded.owner and idempotency.status is null and idempotency.act is null) or ${LEFT_OVER}`,
      ...[principal, route, key, mac, owner, resource, act, status, answer],
      ...(only === undefined ? [] : [only.row, only.token]),
    );
  }

  function actKey(claim: Claim): ActKey {
    const { principal, route, key } = claim;
    return {
      bind: ({ resource, exchange }, only, token) => written(claim, { resource, act: exchange }, { ...only, token }),
      unbind: (exchange) =>
        sql(
          `update idempotency set resource = null, act = null, expires_at = {now} + ${KEPT_MS}
            where act = ?1 and not exists (select 1 from exchange x where x.id = ?1)`,
          exchange,
        ),
      release: async () => {
        await engine.batch([
          sql(
            'delete from idempotency where principal = ?1 and route = ?2 and key = ?3 and owner = ?4 and status is null and act is null',
            ...[principal, route, key, claim.owner],
          ),
        ]);
      },
      renew: async (lost) => {
        const owner = newOwner();
        const [rows = []] = await engine.batch([
          sql(
            `update idempotency set resource = null, act = null, owner = ?5, started_at = {now}, expires_at = {now} + ${KEPT_MS}
              where principal = ?1 and route = ?2 and key = ?3 and act = ?4 and status is null returning key`,
            ...[principal, route, key, lost.exchange, owner],
          ),
        ]);
        return rows.length === 0 ? undefined : actKey({ ...claim, owner });
      },
    };
  }

  function runOf(claim: Claim, resource: string | undefined): Run {
    const { principal, route, key, owner } = claim;
    const mine = 'where principal = ?1 and route = ?2 and key = ?3 and owner = ?4 and status is null and act is null';
    const over = async (statements: readonly Statement[]): Promise<void> => {
      try {
        await engine.batch(statements);
      } finally {
        end(claim);
      }
    };
    return {
      resource,
      key: actKey(claim),
      remember: (made, only) => written(claim, { resource: made }, only),
      finish: async ({ status, answer }) =>
        over([written(claim, { status, answer: await keptWords(vault, answerAt(claim), answer) })]),
      release: () =>
        over([
          sql(`delete from idempotency ${mine} and resource is null`, principal, route, key, owner),
          sql(`update idempotency set started_at = 0 ${mine}`, principal, route, key, owner),
        ]),
    };
  }

  /** What the store says of a key. */
  const held = ({ principal, route, key, mac }: Claim): Statement =>
    sql(
      `select request_mac, owner, resource, status, answer, act, case when expires_at <= {now} then 1 else 0 end as expired,
              case when status is null and act is null and request_mac = ?4 and started_at <= {now} - ${RUN_AT_MOST_MS} then 1 else 0 end as lost
         from idempotency where principal = ?1 and route = ?2 and key = ?3`,
      ...[principal, route, key, mac],
    );

  async function told(claim: Claim, row: IdempotencyRow): Promise<Begun> {
    if (row.request_mac !== claim.mac) return { kind: 'mismatch' };
    if (row.act !== null)
      return {
        kind: 'act',
        key: actKey({ ...claim, owner: row.owner }),
        held: { resource: row.resource ?? '', exchange: row.act },
      };
    if (row.status === null || row.answer === null) return { kind: 'running' };
    return {
      kind: 'stored',
      stored: { status: row.status, answer: await readWord(vault, answerAt(claim), row.answer) },
    };
  }

  function end(claim: Claim): void {
    const place = placeOf(claim);
    if (running.get(place)?.owner === claim.owner) running.delete(place);
  }

  /**
   * Nobody else has the store: the key is held in memory until the command writes something under it. One that takes over
   * from a run which does not end is written at once, so that the other, should it end after all, keeps nothing.
   */
  async function beginAlone(claim: Claim): Promise<Begun> {
    const place = placeOf(claim);
    const since = platform.steady();
    const other = running.get(place);
    if (other !== undefined && other.mac !== claim.mac) return { kind: 'mismatch' };
    if (other !== undefined && since - other.since < RUN_AT_MOST_MS) return { kind: 'running' };
    running.set(place, { ...claim, since });
    let begun: Begun | undefined;
    try {
      begun = await (other === undefined ? beginUnwritten(claim) : beginAmongOthers(claim));
      return begun;
    } finally {
      if (begun?.kind !== 'run') end(claim);
    }
  }

  async function beginUnwritten(claim: Claim): Promise<Begun> {
    const [row] = await engine.all<IdempotencyRow>(held(claim));
    if (row === undefined || row.expired === 1) return { kind: 'run', run: runOf(claim, undefined) };
    return row.lost === 1 ? { kind: 'run', run: runOf(claim, row.resource ?? undefined) } : told(claim, row);
  }

  /** The key is taken in the store, before all others. An expired row is begun anew; that of a lost run with what it made. */
  async function beginAmongOthers(claim: Claim): Promise<Begun> {
    const [, [row] = []] = await engine.batch([written(claim, {}), held(claim)]);
    const found = row as unknown as IdempotencyRow;
    return found.owner === claim.owner
      ? { kind: 'run', run: runOf(claim, found.resource ?? undefined) }
      : told(claim, found);
  }

  return {
    begin: async (name, request) => {
      // The key too is kept as a keyed digest: callers choose it, and may choose somebody's number.
      const [mac = '', key = ''] = await vault.mac('idempotency', [request, name.key]);
      const claim: Claim = { ...name, key, mac, owner: newOwner() };
      return engine.sole ? beginAlone(claim) : beginAmongOthers(claim);
    },
    freeAbandoned: async () => {
      await engine.batch([
        sql(
          `update idempotency set started_at = 0 where status is null and act is null and substr(owner, 1, length(?1)) <> ?1`,
          `${instance}/`,
        ),
      ]);
    },
    anyOver: async () => {
      const over = await engine.all(
        sql(
          `select key from idempotency where expires_at <= {now} or (act is not null and expires_at = ${NEVER}
              and exists (select 1 from exchange x where x.id = idempotency.act and ${ENDED})) limit 1`,
        ),
      );
      return over.length > 0;
    },
    sweep: async () => {
      const [, rows = []] = await engine.batch([
        // The key of an act lives a day longer than the act is open.
        sql(
          `update idempotency set expires_at = x.settled_at + ${KEPT_MS} from exchange x
            where idempotency.act is not null and idempotency.expires_at = ${NEVER} and x.id = idempotency.act and ${ENDED}`,
        ),
        sql('delete from idempotency where expires_at <= {now} returning key'),
      ]);
      return rows.length;
    },
  };
}
