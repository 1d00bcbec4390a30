import type { PrincipalKind, Role } from '../../contracts/domain/role.ts';
import { keptWords, readWord, type WordsPlace } from '../crypto/kept-words.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine, Statement } from '../store/engine.ts';
import { accountOf, formerAccountOf, keyHash, newKeyText } from './hash.ts';
import {
  anyAdministrator,
  type BoundRow,
  bindAccount,
  boundTo,
  insertKey,
  insertPrincipal,
  journalBound,
  journalKeyMade,
  journalKeyRevoked,
  journalPrincipalMade,
  type KeyRow,
  keyById,
  keysAfter,
  knownBefore,
  renameAccount,
  revokeKey,
} from './statements.ts';

/** A key to be made, for a principal that is known or for a new one. */
export interface NewKey {
  readonly principal:
    | { readonly id: string; readonly account?: string | null | undefined }
    | {
        readonly kind: PrincipalKind;
        readonly name: string;
        readonly role: Role;
        readonly account?: string | null | undefined;
      };
  readonly test: boolean;
  /** Epoch milliseconds; without it the key works until it is revoked. */
  readonly expiresAt?: number | null | undefined;
  readonly ratePerSecond?: number | null | undefined;
}

/** A key without the key itself. Times are epoch milliseconds. */
export interface KeyView {
  readonly id: string;
  readonly principal: {
    readonly id: string;
    readonly kind: PrincipalKind;
    readonly name: string;
    readonly role: Role;
    /** What stands for the account that is bound to this person. */
    readonly account: string | null;
  };
  /** The last four characters. */
  readonly hint: string;
  readonly test: boolean;
  readonly ratePerSecond: number | null;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
}

interface MadeKey {
  /** The key itself. It is nowhere else: what is not shown now is never shown. */
  readonly key: string;
  readonly view: KeyView;
}

/** Keys and their principals: made, listed, revoked. Every making and revoking is a journal line in the same commit. */
export interface Keys {
  /**
   * Undefined when `principal.id` names nobody, or when the account named cannot be bound to the principal (a program,
   * a person with another account, or another's account). `also` is committed together with the key.
   */
  create(command: NewKey, by: string, also?: (keyId: string) => readonly Statement[]): Promise<MadeKey | undefined>;
  /** Whether this names a principal that stands. */
  stands(principal: string): Promise<boolean>;
  find(id: string): Promise<KeyView | undefined>;
  /** At most `limit` keys made after the one named, oldest first. */
  list(limit: number, after?: string): Promise<KeyView[]>;
  /** Undefined when there is no such key; revoking twice is harmless and keeps the first moment. */
  revoke(id: string, by: string): Promise<KeyView | undefined>;
  /** Makes the first administrator key when no living one exists, and hands it to `show` once. */
  bootstrap(show: (key: string) => void): Promise<void>;
}

export function createKeys(parts: {
  readonly engine: Pick<Engine, 'all' | 'batch'>;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'mac' | 'sealOwn' | 'openOwn'>;
  /** Told of every revocation, so that this process forgets the key at once. */
  readonly onRevoked: (id: string) => void;
}): Keys {
  const { engine, platform, vault, onRevoked } = parts;

  const shown = async (row: KeyRow): Promise<KeyView> =>
    viewOf(row, await readWord(vault, nameOf(row.principal), row.name));

  async function make(
    command: NewKey,
    by: string,
    also: readonly Statement[],
    id: string,
  ): Promise<MadeKey | undefined> {
    const key = newKeyText(platform, command.test);
    const known = 'id' in command.principal;
    const account = command.principal.account == null ? null : await accountOf(vault, command.principal.account);
    const principal = 'id' in command.principal ? command.principal.id : newId(platform, 'prn');
    const batch = [
      ...('id' in command.principal
        ? account === null
          ? []
          : [journalBound(id, principal, account, by), bindAccount(principal, account, by)]
        : [
            insertPrincipal({
              ...{ id: principal, ...command.principal, account, by },
              name: await keptWords(vault, nameOf(principal), command.principal.name),
            }),
            journalPrincipalMade(principal, by),
          ]),
      insertKey({
        id,
        principal,
        hash: await keyHash(key),
        hint: key.slice(-4),
        test: command.test,
        expiresAt: command.expiresAt ?? null,
        ratePerSecond: command.ratePerSecond ?? null,
        account,
        by,
      }),
      journalKeyMade(id, by),
      keyById(id),
    ];
    const [owner] = known ? await engine.all<OwnerRow>(keyOwner(principal)) : [];
    if (known && owner === undefined) return undefined;
    if (account !== null) {
      const former = await formerAccountOf(command.principal.account ?? '');
      if ((await engine.all(knownBefore(former))).length > 0) await engine.batch(renameAccount(former, account));
      const [bound] = await engine.all<BoundRow>(boundTo(account));
      if (bound !== undefined && bound.id !== principal) return undefined;
      if (owner !== undefined && (owner.kind !== 'person' || (owner.account ?? account) !== account)) return undefined;
    }
    const answers = await engine.batch([...batch, ...also]);
    const row = answers[batch.length - 1]?.[0] as KeyRow | undefined;
    return row && { key, view: await shown(row) };
  }

  return {
    create: (command, by, also) => {
      const id = newId(platform, 'key');
      return make(command, by, also?.(id) ?? [], id);
    },
    stands: async (principal) => (await engine.all(keyOwner(principal))).length > 0,
    find: async (id) => {
      const [row] = await engine.all<KeyRow>(keyById(id));
      return row && shown(row);
    },
    list: async (limit, after) => {
      const rows = await engine.all<KeyRow>(keysAfter(after ?? '', limit));
      return Promise.all(rows.map(shown));
    },
    revoke: async (id, by) => {
      const answers = await engine.batch([journalKeyRevoked(id, by), revokeKey(id), keyById(id)]);
      onRevoked(id);
      const row = answers[2]?.[0] as KeyRow | undefined;
      return row && shown(row);
    },
    bootstrap: async (show) => {
      if ((await engine.all(anyAdministrator())).length > 0) return;
      const principal = { kind: 'system', name: 'first-administrator', role: 'administrator' } as const;
      const made = await make({ principal, test: false }, 'bootstrap', [], newId(platform, 'key'));
      if (made !== undefined) show(made.key);
    },
  };
}

const nameOf = (principal: string): WordsPlace => ({ column: 'principal.name', row: principal });

interface OwnerRow {
  readonly kind: string;
  readonly account: string | null;
}
const keyOwner = (principal: string): Statement => ({
  sql: 'select kind, account from principal where id = ?1 and revoked_at is null',
  params: [principal],
});

function viewOf(row: KeyRow, name: string): KeyView {
  return {
    id: row.id,
    principal: {
      id: row.principal,
      kind: row.kind as PrincipalKind,
      name,
      role: row.role as Role,
      account: row.account,
    },
    hint: row.hint,
    test: row.test === 1,
    ratePerSecond: row.rate_per_second,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}
