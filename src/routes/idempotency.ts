import { keptWords, readWord } from '../crypto/kept-words.ts';
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

interface IdempotencyRow {
  readonly request_mac: string;
  readonly owner: string;
  readonly resource: string | null;
  readonly status: number | null;
  readonly answer: string | null;
  readonly act: string | null;
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
  readonly engine: Pick<Engine, 'all' | 'batch'>;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'mac' | 'sealOwn' | 'openOwn'>;
  /** Names this process. */
  readonly instance: string;
}): Idempotency {
  const { engine, platform, vault, instance } = parts;

  function actKey(name: CommandName, owner: string): ActKey {
    const { principal, route, key } = name;
    return {
      bind: ({ resource, exchange }, only, token) =>
        sql(
          `update idempotency set resource = ?5, act = ?6, expires_at = ${NEVER}
            where principal = ?1 and route = ?2 and key = ?3 and owner = ?4 and status is null and act is null
              and exists (select 1 from ${only.table} g where g.${only.column} = ?7 and g.written_by = ?8)`,
          ...[principal, route, key, owner, resource, exchange, only.row, token],
        ),
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
            ...[principal, route, key, owner],
          ),
        ]);
      },
      renew: async (lost) => {
        const next = `${instance}/${newId(platform, 'run')}`;
        const [rows = []] = await engine.batch([
          sql(
            `update idempotency set resource = null, act = null, owner = ?5, started_at = {now}, expires_at = {now} + ${KEPT_MS}
              where principal = ?1 and route = ?2 and key = ?3 and act = ?4 and status is null returning key`,
            ...[principal, route, key, lost.exchange, next],
          ),
        ]);
        return rows.length === 0 ? undefined : actKey(name, next);
      },
    };
  }

  function runOf(name: CommandName, owner: string, resource: string | undefined): Run {
    const { principal, route, key } = name;
    const mine = 'where principal = ?1 and route = ?2 and key = ?3 and owner = ?4 and status is null and act is null';
    return {
      resource,
      key: actKey(name, owner),
      remember: (made, only) =>
        only === undefined
          ? sql(`update idempotency set resource = ?5 ${mine}`, principal, route, key, owner, made)
          : sql(
              `update idempotency set resource = ?5 ${mine} and exists (select 1 from ${only.table} g where g.${only.column} = ?6 and g.written_by = ?7)`,
              ...[principal, route, key, owner, made, only.row, only.token],
            ),
      finish: async ({ status, answer }) => {
        const kept = await keptWords(vault, answer);
        await engine.batch([
          sql(
            `update idempotency set status = cast(?5 as bigint), answer = ?6 ${mine}`,
            principal,
            route,
            key,
            owner,
            status,
            kept,
          ),
        ]);
      },
      release: async () => {
        await engine.batch([
          sql(`delete from idempotency ${mine} and resource is null`, principal, route, key, owner),
          sql(`update idempotency set started_at = 0 ${mine}`, principal, route, key, owner),
        ]);
      },
    };
  }

  return {
    begin: async (given, request) => {
      // The key too is kept as a keyed digest: callers choose it, and may choose somebody's number.
      const [mac = '', key = ''] = await vault.mac('idempotency', [request, given.key]);
      const owner = `${instance}/${newId(platform, 'run')}`;
      const name = { ...given, key };
      const { principal, route } = name;
      // An expired row is begun anew; an unfinished one of a lost run is taken over with what it made.
      const answers = await engine.batch([
        sql(
          `insert into idempotency (principal, route, key, request_mac, owner, started_at, expires_at)
           values (?1, ?2, ?3, ?4, ?5, {now}, {now} + ${KEPT_MS})
           on conflict (principal, route, key) do update set
             resource = case when idempotency.expires_at <= excluded.started_at then null else idempotency.resource end,
             request_mac = excluded.request_mac, owner = excluded.owner, act = null, status = null, answer = null,
             started_at = excluded.started_at, expires_at = excluded.expires_at
           where idempotency.expires_at <= excluded.started_at
              or (idempotency.status is null and idempotency.act is null and idempotency.request_mac = excluded.request_mac
                  and idempotency.started_at <= excluded.started_at - ${RUN_AT_MOST_MS})`,
          principal,
          route,
          key,
          mac,
          owner,
        ),
        sql(
          'select request_mac, owner, resource, status, answer, act from idempotency where principal = ?1 and route = ?2 and key = ?3',
          principal,
          route,
          key,
        ),
      ]);
      const row = answers[1]?.[0] as unknown as IdempotencyRow;
      if (row.owner === owner) return { kind: 'run', run: runOf(name, owner, row.resource ?? undefined) };
      if (row.request_mac !== mac) return { kind: 'mismatch' };
      if (row.act !== null)
        return { kind: 'act', key: actKey(name, row.owner), held: { resource: row.resource ?? '', exchange: row.act } };
      if (row.status === null || row.answer === null) return { kind: 'running' };
      return { kind: 'stored', stored: { status: row.status, answer: await readWord(vault, row.answer) } };
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
